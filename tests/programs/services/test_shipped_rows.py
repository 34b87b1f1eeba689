"""Loading beside records that are there already, and files that do not hold."""

import pytest

from programs import models
from programs.exceptions import DirectoryError
from programs.services import shipped_rows
from programs.services.shipped_catalog import load_shipped_catalog
from tests.factories import make_certification, make_field, make_job_title, make_occupation, make_organization


def test_imported_records_are_used_and_not_overwritten(db):
    field = make_field(code="51.0713", title="Title of the import", import_key="cip:51.0713")
    coding = make_occupation(code="29-2072", title="Occupation of the import", import_key="soc:29-2072")
    title = make_job_title(
        name="Medical Coder", slug="medical-coder", is_curated=False, import_key="onet:coder", occupation=coding
    )
    title.history.all().delete()  # as an import leaves it
    comptia = make_organization(name="CompTIA", slug="comptia", city="Downers Grove", import_key="rolemath:comptia")
    held = make_certification(issuer=comptia, name="CompTIA A+", slug="a-plus", exam_fee_min=1, exam_fee_max=2)
    by_hand = make_job_title(name="Our phlebotomist", slug="phlebotomist", is_curated=False, summary="Ours.")

    load_shipped_catalog()

    for record in (field, coding, title, comptia, held, by_hand):
        record.refresh_from_db()
    assert (field.title, field.import_key) == ("Title of the import", "cip:51.0713")
    assert (coding.title, coding.remote_work, coding.direct_patient_care) == (
        "Occupation of the import",
        "common",
        False,
    )
    assert (title.name, title.is_curated, title.import_key) == ("Medical Coder", True, "onet:coder")
    assert title.summary
    assert list(title.history.values_list("summary", "history_change_reason")) == [
        (title.summary, "Shipped catalog"),
        ("", "As loaded"),
    ]
    assert [link.is_primary for link in title.occupation_links.all()] == [True]
    assert comptia.city == "Downers Grove"
    assert (held.slug, held.exam_fee_max) == ("a-plus", 2)
    assert models.Certification.objects.filter(name="CompTIA A+").count() == 1
    assert held.program_links.exists()
    assert held.career_links.exists()
    assert (by_hand.name, by_hand.summary, by_hand.is_curated) == ("Our phlebotomist", "Ours.", False)
    assert models.Program.objects.filter(field=field).exists()


# Files that do not hold


def break_reference(school):
    school["programs"][0]["field"] = "99.1234"


def break_certification(school):
    school["programs"][0]["certifications"][0]["certification"] = "no-such-exam"


def break_control(school):
    school["control"] = "secret"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (break_reference, "the field of study “99.1234”, which it does not hold"),
        (break_certification, "the certification “no-such-exam”, which it does not hold"),
        (break_control, "bad organization “Saltmarsh Technical College .sample.”"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_in_words_and_nothing_is_written(db, edit, change, words):
    edit("schools/saltmarsh-technical-college.json", change)
    with pytest.raises(DirectoryError, match=words):
        load_shipped_catalog()
    assert not models.Source.objects.exists()
    assert not models.CatalogRevision.objects.exists()
    assert not models.ImportRun.objects.exists()


def test_the_fingerprint_follows_names_and_contents(own_files):
    first = shipped_rows.fingerprint()
    path = own_files / "schools" / "lakefold-city-college.json"
    path.rename(path.with_name("lakefold.json"))
    second = shipped_rows.fingerprint()
    path.with_name("lakefold.json").write_text("{}", encoding="utf-8")
    assert len({first, second, shipped_rows.fingerprint()}) == 3
