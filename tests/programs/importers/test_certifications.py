"""RoleMath's certifications, issuers and links."""

import json
from datetime import date
from decimal import Decimal

import pytest

from programs.importers.tables import FileError
from programs.models import CareerLink, Certification, JobTitle, Organization
from tests.factories import make_certification, make_job_title, make_organization

from .helpers import SAMPLES, copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db
JSON = "certifications/rolemath_certifications.json"
CSV = "certifications/rolemath_certifications.csv"


def load(**options):
    return run("soc", "onet", "certifications", **options)


def test_counts_and_repeat():
    assert counts(load()) == {
        "organizations": {"new": 2},
        "certifications": {"new": 3},
        "job titles": {"new": 2},
        "job title occupations": {"new": 2},
        "career links": {"new": 3},
    }
    assert run("certifications").changes == 0
    assert run("onet").changes == 0


def test_a_certification_with_its_fees_and_renewal():
    load()

    found = Certification.objects.get(slug="codewell-ccra")
    assert (found.issuer.name, found.name, found.acronym, found.aliases, found.status) == (
        *("Codewell", "Codewell Certified Records Administrator", "CCRA", ["CW-1", "CW-2"]),
        "published",
    )
    assert (found.exam_fee_min, found.exam_fee_max, found.fee_as_of) == (
        *(Decimal(100), Decimal(150)),
        date(2026, 6, 13),
    )
    assert (found.valid_for_months, found.renewal, found.renewal_fee) == (
        *(36, "Earn credits. Fee: 40.00 US dollars a year."),
        Decimal(120),
    )
    assert found.summary == "Exams on record: CW-1, CW-2. The fee is for one exam."
    assert found.website == found.source_url == "https://codewell.example.org/codewell-ccra/"
    assert found.last_verified_on == date(2026, 8, 9)
    assert found.source.credit == (
        "RoleMath Top-50 Certification Data, version 0.2.0, Alex Shick / RoleMath, CC BY 4.0."
    )


def test_one_that_never_expires_and_one_of_which_little_is_known():
    load()

    basic = Certification.objects.get(slug="weldmark-basic")
    assert (basic.name, basic.acronym, basic.valid_for_months, basic.renewal_fee) == ("Weldmark Basic", "WMB", 0, 0)
    assert (basic.exam_fee_min, basic.exam_fee_max) == (60, 80)
    plain = Certification.objects.get(slug="weldmark-plain")
    assert (plain.exam_fee_min, plain.fee_as_of, plain.valid_for_months, plain.renewal_fee, plain.renewal) == (
        *(None, None, None, None),
        "",
    )


def test_links_go_to_the_title_that_bears_the_occupations_name():
    load()

    assert set(CareerLink.objects.values_list("certification__slug", "job_title__name", "relation", "basis")) == {
        ("codewell-ccra", "Medical Records Specialists", "prepares_for", "provider"),
        ("codewell-ccra", "Medical Coder", "prepares_for", "provider"),
        ("weldmark-basic", "Welders, Cutters, Solderers, and Brazers", "prepares_for", "provider"),
    }
    made = JobTitle.objects.get(name="Medical Records Specialists")
    assert (made.is_curated, made.status) == (False, "published")
    assert list(made.occupation_links.values_list("occupation__code", "is_primary")) == [("29-2072", True)]


def test_curated_records_stay_and_get_missing_links():
    issuer = make_organization(name="Weldmark Institute", aliases=["Weldmark"])
    curated = make_certification(issuer=issuer, name="Weldmark Basic Certificate", acronym="WMB", summary="Ours.")
    title = make_job_title(name="Medical Records Specialist", slug="medical-records-specialist", is_curated=True)

    report = load()

    assert lines(report, "kept") == [
        (2, "rolemath:weldmark is here already, made by hand."),
        (2, "rolemath:cert_weldmark_basic is here already, made by hand."),
    ]
    assert counts(report)["certifications"] == {"new": 2, "kept": 1}
    curated.refresh_from_db()
    assert (curated.summary, curated.career_links.count()) == ("Ours.", 1)
    assert title.career_links.get().certification.slug == "codewell-ccra"
    assert Organization.objects.filter(name="Weldmark").count() == 0
    assert run("certifications").changes == 0


def test_a_curated_link_is_left_alone():
    load()
    CareerLink.objects.update(basis="curated", relation="required")

    report = run("certifications")

    assert report.changes == 0
    assert "career links" not in counts(report)
    assert set(CareerLink.objects.values_list("relation", flat=True)) == {"required"}


def test_the_csv_gives_the_same_certification_without_links():
    report = run("certifications", path=SAMPLES / CSV)

    assert counts(report) == {"organizations": {"new": 1}, "certifications": {"new": 1}}
    found = Certification.objects.get()
    assert (found.exam_fee_max, found.renewal_fee, found.aliases) == (Decimal(150), Decimal(120), ["CW-1", "CW-2"])


def test_bad_records_are_refused_by_number(tmp_path):
    path = copy_samples(tmp_path)
    document = json.loads((path / JSON).read_text())
    document["records"][0]["cost"]["exam_fees"][0]["amount"] = -5
    del document["records"][1]["credential"]["slug"]
    document["records"][2]["currentness"]["checked_date"] = "soon"
    (path / JSON).write_text(json.dumps(document))

    report = load(path=path)

    assert lines(report, "invalid") == [
        (1, "exam fee '-5' is not an amount of money."),
        (2, "the record is not laid out as RoleMath's ('slug')."),
        (3, "'soon' is not a date."),
    ]
    assert not Certification.objects.exists()


def test_parts_of_another_type_refuse_the_record(tmp_path):
    path = copy_samples(tmp_path)
    document = json.loads((path / JSON).read_text())
    document["records"][0] = "nothing"
    document["records"][1]["credential"]["name"] = None
    document["records"][2]["cost"]["exam_fees"] = [7]
    (path / JSON).write_text(json.dumps(document))

    assert [line for line, text in lines(load(path=path), "invalid")] == [1, 2, 3]
    assert not Certification.objects.exists()


def test_broken_json_in_a_cell_refuses_its_row(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / CSV, ("[{", "[["))

    assert lines(run("certifications", path=path / CSV), "invalid") == [
        (2, "exam_fees_json or renewal_json is not valid JSON (Expecting ',' delimiter).")
    ]


def test_an_unknown_occupation_refuses_the_link_only():
    report = run("certifications")

    assert counts(report)["certifications"] == {"new": 3}
    assert [line for line, text in lines(report, "invalid")] == [1, 1, 2]


def test_broken_json_names_its_place(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / JSON, ('"records": [', '"records" ['))

    with pytest.raises(FileError) as caught:
        run("certifications", path=path)
    assert str(caught.value) == (
        "rolemath_certifications.json, line 4, column 12: this is not valid JSON (Expecting ':' delimiter)."
    )


def test_json_of_another_kind(tmp_path):
    path = tmp_path / "certifications.json"
    path.write_text("[1, 2]")

    with pytest.raises(FileError, match=r"^certifications\.json, line 1, column records: this is missing"):
        run("certifications", path=path)
