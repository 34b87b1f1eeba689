"""O*NET: job zones, titles, tasks and technology."""

import pytest

from programs.importers.tables import FileError
from programs.models import JobTitle, JobTitleOccupation, Occupation, OccupationDetail, OccupationTitle
from tests.factories import make_job_title

from .helpers import SAMPLES, copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db


def load(**options):
    return run("soc", "onet", **options)


def test_counts():
    assert counts(load()) == {
        "occupations": {"changed": 3, "skipped": 4},
        "occupation titles": {"new": 12},
        "job titles": {"new": 5},
        "job title occupations": {"new": 6},
        "occupation details": {"new": 8},
    }
    assert load().changes == 0


def test_job_zone_is_of_the_occupation_itself():
    load()

    assert dict(Occupation.objects.filter(job_zone__isnull=False).values_list("code", "job_zone")) == {
        "11-1011": 5,
        "29-2072": 3,
        "51-4121": 2,
    }
    assert set(Occupation.objects.values_list("remote_work", flat=True)) == {"unknown"}


def test_a_blank_description_is_filled_and_another_stays():
    Occupation.objects.create(code="29-2072", title="Medical Records Specialists", import_key="soc:29-2072")
    run("onet", path=SAMPLES, overwrite_edited=True)
    assert Occupation.objects.get(code="29-2072").description == "Keep records."

    load(overwrite_edited=True)
    assert Occupation.objects.get(code="29-2072").description == "Keep and code medical records."


def test_reported_titles_become_job_titles():
    load()

    assert list(JobTitle.objects.values_list("name", "slug", "aliases", "status", "is_curated", "seniority")) == [
        ("Chief Executive Officer", "chief-executive-officer", ["CEO"], "published", False, "unknown"),
        (
            *("Health Information Technician", "health-information-technician", ["Health Information Tech"]),
            *("published", False, "unknown"),
        ),
        ("Medical Coder", "medical-coder", [], "published", False, "unknown"),
        ("Supervisor", "supervisor", [], "published", False, "unknown"),
        ("Welder/Fitter", "welder-fitter", [], "published", False, "unknown"),
    ]


def test_the_primary_occupation_is_the_one_that_shows_the_title():
    load()

    assert list(
        JobTitleOccupation.objects.filter(job_title__slug="supervisor").values_list("occupation__code", "is_primary")
    ) == [("51-4121", True), ("11-1011", False)]


def test_search_words_keep_short_titles_and_parentheses():
    load()

    assert set(OccupationTitle.objects.filter(occupation__code="29-2072").values_list("title", "kind")) == {
        ("Medical Coder", "reported"),
        ("Health Information Technician (Health Information Tech)", "reported"),
        ("Certified Professional Coder (CPC)", "alternate"),
        ("CPC", "alternate"),
        ("Coder", "alternate"),
    }
    assert OccupationTitle.objects.filter(occupation__code="11-1011", title="Agency Owner").count() == 1


def test_core_tasks_and_wanted_technology_come_first():
    load()

    texts = OccupationDetail.objects.filter(occupation__code="29-2072")
    assert list(texts.values_list("kind", "rank", "text")) == [
        ("task", 1, "Code patient data."),
        ("task", 2, "Scan old papers."),
        ("technology", 1, "Epic Systems"),
        ("technology", 2, "Microsoft Excel"),
        ("technology", 3, "Old Coder"),
    ]
    assert OccupationDetail.objects.filter(text='Weld "vertical" seams.').get().source.title == "O*NET 29.0 Database"


def test_a_curated_title_is_kept_and_gets_its_missing_link():
    run("soc")
    curated = make_job_title(name="Supervisor", slug="supervisor", summary="Ours.", is_curated=True)
    chief = Occupation.objects.get(code="11-1011")
    JobTitleOccupation.objects.create(job_title=curated, occupation=chief, is_primary=True)

    report = run("onet")

    assert counts(report)["job titles"] == {"new": 4, "kept": 1}
    assert lines(report, "kept") == [(3, "onet:supervisor is here already, made by hand.")]
    assert list(curated.occupation_links.values_list("occupation__code", "is_primary")) == [
        ("11-1011", True),
        ("51-4121", False),
    ]
    curated.refresh_from_db()
    assert (curated.summary, curated.import_key) == ("Ours.", None)
    assert run("onet").changes == 0


def test_one_table_alone_can_be_imported():
    report = run("soc", path=SAMPLES)
    report = run("onet", path=SAMPLES / "onet_29_0/Job Zones.txt")

    assert counts(report) == {"occupations": {"changed": 3}}


def test_bad_rows(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "onet_29_0/Job Zones.txt", ("29-2072.00\t3", "29-2072.00\t6"), ("51-4121.00\t2", "51-9999.00\t2"))
    rewrite(path / "onet_29_0/Task Statements.txt", ("Grind welds.", ""))

    assert lines(load(path=path), "invalid") == [
        (4, "Job Zone 6 is not between 1 and 5."),
        (5, "SOC code 51-9999 is not in the directory; import soc first."),
        (5, "51-4121.00 has no Task."),
    ]


def test_the_release_must_be_known_to_be_cited(tmp_path):
    path = copy_samples(tmp_path)
    (path / "onet_29_0").rename(path / "onet")

    with pytest.raises(FileError, match="name the folder for its O\\*NET release"):
        run("onet", path=path)
