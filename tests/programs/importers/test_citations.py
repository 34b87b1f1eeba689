"""Which release a file is, and that an older one never takes the place of a newer without being told to."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from programs.importers.run import SOURCES, import_sources
from programs.importers.tables import FileError
from programs.models import (
    FieldOfStudy,
    JobTitle,
    Occupation,
    Organization,
    Program,
    Source,
    Statistic,
)
from programs.services.shipped_catalog import load_shipped_catalog

from .helpers import COMPLETIONS, HD, SAMPLES, copy_samples, counts, rewrite, run

pytestmark = pytest.mark.django_db


def rename(path: Path, new: str) -> Path:
    return path.rename(path.with_name(new))


def refusal(*names, **options) -> str:
    with pytest.raises(FileError) as caught:
        run(*names, **options)
    return str(caught.value)


def older_directory(path):
    rewrite(path / HD, ("Lakeside Technical College", "Lakeside Trade School"))
    return rename(path / HD, "hd2023.csv")


def older_completions(path):
    return rename(path / COMPLETIONS, "c2023_a.csv")


def older_wages(path):
    return rename(path / "bls/national_M2025_dl.csv", "national_M2024_dl.csv")


def older_projections(path):
    file = path / "bls/occupation_2024-2034_table_1_2.csv"
    rewrite(file, ("2024–34", "2022–32"), ("Postsecondary nondegree award", "High school diploma or equivalent"))
    return file


def older_onet(path):
    return rename(path / "onet_29_0", "onet_28_3") / "Job Zones.txt"


def older_scorecard(path):
    return rename(path / "scorecard/MERGED2023_24_PP.csv", "MERGED2022_23_PP.csv")


def older_cip(path):
    rewrite(path / "cip/CIPCode2020.csv", ("Welding Technology/Welder.", "Welder/Welding Technologist."))
    return rename(path / "cip/CIPCode2020.csv", "CIPCode2010.csv")


def older_soc(path):
    return rename(path / "soc/soc_2018_definitions.csv", "soc_2010_definitions.csv")


def older_certifications(path):
    file = path / "certifications/rolemath_certifications.json"
    return rewrite(file, ('"version": "0.2.0"', '"version": "0.1.9"'))


OLDER = [
    ("cip", older_cip, "CIP 2010", "2020"),
    ("soc", older_soc, "2010 Standard Occupational Classification", "2018"),
    ("onet", older_onet, "O*NET 28.3 Database", "29.0"),
    ("oews", older_wages, "Occupational Employment and Wage Statistics, May 2024", "May 2025"),
    ("projections", older_projections, "Employment Projections 2022-32", "2024-34"),
    ("ipeds", older_directory, "IPEDS Institutional Characteristics 2023-24", "2024-25"),
    ("ipeds", older_completions, "IPEDS Completions 2022-23", "2023-24"),
    ("scorecard", older_scorecard, "College Scorecard 2022-23", "2023-24"),
    ("certifications", older_certifications, "Top-50 Certification Data, version 0.1.9", "version 0.2.0"),
]


NEEDS = {
    "onet": ["soc"],
    "oews": ["soc"],
    "projections": ["soc"],
    "ipeds": ["cip"],
    "scorecard": ["cip", "ipeds"],
    "certifications": ["soc"],
}


@pytest.mark.parametrize(("source", "make_older", "title", "newest"), OLDER, ids=[row[1].__name__ for row in OLDER])
def test_an_older_release_is_refused_unless_asked_for(tmp_path, source, make_older, title, newest):
    run(*NEEDS.get(source, ()), source)
    tables = (FieldOfStudy, Occupation, JobTitle, Organization, Program, Statistic, Source)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    file = make_older(copy_samples(tmp_path))

    assert refusal(source, path=file) == (
        f"{file.name}: this is {title}, and the directory has {newest}; "
        "import the newer file, or take this one with --older."
    )
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before

    run(source, path=file, older=True)
    assert Source.objects.filter(title=title).exists()


def test_the_shipped_catalog_cites_nothing_that_makes_a_published_file_look_old():
    load_shipped_catalog()

    reports = list(import_sources(list(SOURCES), SAMPLES))

    assert [report.source for report in reports] == list(SOURCES)


def test_an_older_directory_that_was_asked_for_wins_and_the_newer_wins_again(tmp_path):
    run("ipeds")
    file = older_directory(copy_samples(tmp_path))

    def name():
        return Organization.objects.get(unitid=900001).name

    run("ipeds", path=file, older=True)
    assert name() == "Lakeside Trade School"
    run("ipeds")
    assert name() == "Lakeside Technical College"
    assert run("ipeds").changes == 0


def test_an_older_year_of_wages_is_history(tmp_path):
    run("soc", "oews")
    file = older_wages(copy_samples(tmp_path))
    rewrite(file, ("51140", "48780"))

    run("oews", path=file, older=True)

    wages = Statistic.objects.filter(occupation__code="29-2072", measure="annual_wage", statistic="median")
    assert list(wages.newest_first().values_list("value", "period_end")) == [
        (51140, date(2025, 5, 31)),
        (48780, date(2024, 5, 31)),
    ]


def test_the_oldest_file_of_several_sources_stops_them_all(tmp_path):
    run("ipeds")
    path = copy_samples(tmp_path)
    older_directory(path)

    assert refusal("cip", "ipeds", path=path).startswith("hd2023.csv: this is")
    assert not FieldOfStudy.objects.exists()


def test_a_revised_table_wins_over_the_provisional_of_its_year_and_not_the_other_way_round(tmp_path):
    run("cip", "ipeds")
    path = copy_samples(tmp_path)
    archive = path / "C2024_A.zip"
    content = (path / COMPLETIONS).read_text()
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("c2024_a.csv", content)
        stream.writestr("c2024_a_rv.csv", content.replace("900002,51.0713,1,3", "900002,51.0714,1,3"))

    report = run("ipeds", path=archive)

    assert counts(report)["programs"] == {"new": 1, "changed": 8, "skipped": 2, "missing": 1}
    revised = Program.objects.get(import_key="ipeds:900002:51.0714:3")
    assert revised.source.title == "IPEDS Completions 2023-24, revised"
    assert refusal("ipeds", path=path / COMPLETIONS) == (
        "c2024_a_firstmajor.csv: this is IPEDS Completions 2023-24, and the directory has 2023-24, revised; "
        "import the newer file, or take this one with --older."
    )
    assert run("ipeds", path=archive).changes == 0


def test_a_file_that_cannot_tell_its_release_is_taken(tmp_path):
    run("soc", "certifications")
    path = copy_samples(tmp_path)

    run("certifications", path=path / "certifications/rolemath_certifications.csv")
    run("soc", path=rename(path / "soc/soc_2018_definitions.csv", "definitions.csv"))

    assert set(Source.objects.values_list("title", flat=True)) == {
        "2018 Standard Occupational Classification",
        "Top-50 Certification Data, version 0.2.0",
        "Top-50 Certification Data",
    }


def test_the_release_may_stand_in_the_name_of_the_archive(tmp_path):
    path = copy_samples(tmp_path)
    archive = tmp_path / "HD2024.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.write(path / HD, "data.csv")

    run("ipeds", path=archive)

    assert Organization.objects.get(unitid=900001).source.title == "IPEDS Institutional Characteristics 2024-25"
