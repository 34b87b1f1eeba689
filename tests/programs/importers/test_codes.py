"""CIP, SOC, the crosswalk between them, and ZIP codes."""

import pytest

from programs.importers.tables import FileError
from programs.models import Crosswalk, FieldOfStudy, Occupation, ZipCentroid

from .helpers import copy_samples, counts, lines, rewrite, run

pytestmark = pytest.mark.django_db


def test_cip_makes_fields_with_their_parents():
    report = run("cip")

    assert counts(report) == {"fields of study": {"new": 12, "skipped": 3}}
    assert list(FieldOfStudy.objects.values_list("code", "title", "parent__code")) == [
        ("45", "Social Sciences", None),
        ("45.01", "Social Sciences, General", "45"),
        ("45.0199", "Social Sciences, Other", "45.01"),
        ("45.99", "Social Sciences, Other", "45"),
        ("45.9999", "Social Sciences, Other", "45.99"),
        ("48", "Precision Production", None),
        ("48.05", "Precision Metal Working", "48"),
        ("48.0508", "Welding Technology/Welder", "48.05"),
        ("51", "Health Professions and Related Programs", None),
        ("51.07", "Health and Medical Administrative Services", "51"),
        ("51.0713", "Medical Insurance Coding Specialist/Coder", "51.07"),
        ("51.0714", "Medical Insurance Specialist/Medical Biller", "51.07"),
    ]
    welding = FieldOfStudy.objects.get(code="48.0508")
    assert welding.definition == "A program in joining metals."
    assert str(welding.source) == "National Center for Education Statistics, CIP 2020"


def test_cip_takes_over_a_field_that_the_shipped_catalog_made():
    made = FieldOfStudy.objects.create(code="48.0508", title="Welding")

    report = run("cip")

    assert counts(report)["fields of study"] == {"new": 11, "changed": 1, "skipped": 3}
    made.refresh_from_db()
    assert (made.title, made.parent.code, made.import_key) == (
        "Welding Technology/Welder",
        "48.05",
        "cip:48.0508",
    )
    assert run("cip").changes == 0


def test_a_bad_code_or_blank_title_is_one_invalid_row(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "cip/CIPCode2020.csv", ('="48.0508"', '="48-0508"'), ('"Welding Technology/Welder."', '"Welding."'))
    rewrite(path / "cip/CIPCode2020.csv", ('"Social Sciences, General."', '""'))

    report = run("cip", path=path)

    assert lines(report, "invalid") == [
        (3, "45.01 has no CIPTitle."),
        (9, "'=\"48-0508\"' is not a CIP code."),
    ]
    assert counts(report)["fields of study"] == {"new": 10, "skipped": 3, "invalid": 2}
    assert FieldOfStudy.objects.get(code="45.0199").parent.code == "45"


def test_a_title_too_long_for_its_column_is_invalid_not_cut(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "cip/CIPCode2020.csv", ("Welding Technology/Welder.", "W" * 201))

    report = run("cip", path=path)

    assert lines(report, "invalid") == [(9, "title has 201 characters; 200 fit.")]


def test_soc_makes_the_detailed_occupations():
    report = run("soc")

    assert counts(report) == {"occupations": {"new": 6, "skipped": 3}}
    assert dict(Occupation.objects.values_list("code", "description")) == {
        "11-1011": "Lead an organization.",
        "13-1021": "Buy farm products. Includes grain buyers.",
        "13-1022": "Buy goods to sell.",
        "13-1023": "Buy goods to use.",
        "29-2072": "Keep and code medical records.",
        "51-4121": "Join metal parts.",
    }


def test_soc_refuses_a_group_it_does_not_know(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "soc/soc_2018_definitions.csv", ("Detailed,51-4121", "Finest,51-4121"))

    assert lines(run("soc", path=path), "invalid") == [
        (17, "SOC Group 'Finest' is not one of Major, Minor, Broad and Detailed.")
    ]


def test_crosswalk_keeps_real_pairs_only():
    report = run("cip", "soc", "crosswalk")

    assert counts(report) == {"crosswalk": {"new": 3, "skipped": 2}}
    assert list(Crosswalk.objects.values_list("field__code", "occupation__code")) == [
        ("48.0508", "51-4121"),
        ("51.0713", "29-2072"),
        ("51.0714", "29-2072"),
    ]


def test_crosswalk_gives_back_zeros_only_where_that_makes_a_known_program(tmp_path):
    FieldOfStudy.objects.create(code="51.0000", title="Health Services, General")
    FieldOfStudy.objects.create(code="01.0301", title="Farming")
    file = copy_samples(tmp_path) / "cip/CIP2020_SOC2018_Crosswalk.csv"
    rewrite(file, ("48.0508,", "1.0301,"), ("51.0713,", "51,"), ("51.0714,", "51.07,"), ("99-9999", "Nov-21"))

    report = run("cip", "soc", "crosswalk", path=file.parent.parent)

    assert list(Crosswalk.objects.values_list("field__code", "occupation__code")) == [
        ("01.0301", "51-4121"),
        ("51.0000", "29-2072"),
    ]
    assert lines(report, "padded") == [(2, "CIP2020Code '1.0301' is 01.0301."), (3, "CIP2020Code '51' is 51.0000.")]
    assert lines(report, "invalid") == [
        (4, "'51.07' is not a six-digit CIP code, and 51.0700 is none that is known."),
        (5, "'Nov-21' is not a SOC code."),
    ]


@pytest.mark.parametrize("code", ["1.0301", "1.03", "1"])
def test_a_list_of_codes_without_their_zeros_is_refused(tmp_path, code):
    path = copy_samples(tmp_path)
    rewrite(path / "cip/CIPCode2020.csv", ('="48.0508"', code))

    with pytest.raises(FileError) as caught:
        run("cip", path=path)
    assert str(caught.value) == (
        f"CIPCode2020.csv, line 9, column CIPCode: {code!r} has lost its zeros, so a field and its family look alike; "
        "fetch the file again."
    )
    assert not FieldOfStudy.objects.exists()


def test_crosswalk_says_what_to_import_first():
    assert lines(run("crosswalk"), "invalid") == [
        (line, f"CIP code {code} is not in the directory; import cip first.")
        for line, code in [(2, "48.0508"), (3, "51.0713"), (4, "51.0714")]
    ]
    assert lines(run("cip", "crosswalk"), "invalid") == [
        (line, f"SOC code {code} is not in the directory; import soc first.")
        for line, code in [(2, "51-4121"), (3, "29-2072"), (4, "29-2072")]
    ]


def test_a_pair_that_a_newer_crosswalk_lacks_stays_and_is_reported(tmp_path):
    run("cip", "soc", "crosswalk")
    path = copy_samples(tmp_path)
    rewrite(
        path / "cip/CIP2020_SOC2018_Crosswalk.csv",
        ("51.0714,Medical Insurance Specialist/Medical Biller.,29-2072", "51.0714,NO MATCH,99-9999"),
    )

    report = run("crosswalk", path=path)

    assert counts(report) == {"crosswalk": {"unchanged": 2, "skipped": 3, "missing": 1}}
    assert lines(report, "missing") == [(None, "cip:51.0714 soc:29-2072 was imported before; the file lacks it.")]
    assert Crosswalk.objects.count() == 3


def test_zip_codes_with_leading_zeros_and_a_repeat():
    report = run("zip")

    assert counts(report) == {"ZIP centroids": {"new": 3, "invalid": 1}}
    assert lines(report, "invalid") == [(4, "repeats 96860 of line 3.")]
    assert list(ZipCentroid.objects.values_list()) == [
        ("04101", 43.66, -70.26, "Portland", "ME"),
        ("44301", 41.0, -81.5, "Akron", "OH"),
        ("96860", 21.32, -157.97, "Jbphh", "HI"),
    ]


def test_bad_zip_rows(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "zip/US.txt", ("44301", "4430"), ("43.66", "143.66"))

    assert lines(run("zip", path=path), "invalid") == [
        (1, "ZIP '4430' is too short for OH."),
        (2, "latitude '143.66' is not between -90 and 90 degrees."),
        (4, "repeats 96860 of line 3."),
    ]


def test_zip_codes_of_other_countries_are_skipped_and_zeros_given_back(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / "zip/US.txt", ("US\t44301", "CA\tK1A"), ("04101", "4101"), ("43.66", "0"))
    assert lines(run("zip", path=path), "invalid")[0] == (2, "latitude '0' is no place in the country.")

    rewrite(path / "zip/US.txt", ("\t0\t-70.26", "\t43.66\t-70.26"))
    report = run("zip", path=path)

    assert report.summary()[-1] == "US.txt: skipped as of another country: 1."
    assert lines(report, "padded") == [(2, "ZIP '4101' is 04101.")]
    assert set(ZipCentroid.objects.values_list("zip", flat=True)) == {"04101", "96860"}


def test_a_moved_centroid_is_changed_and_told(tmp_path):
    run("zip")
    path = copy_samples(tmp_path)
    rewrite(path / "zip/US.txt", ("41.0\t", "41.08\t"))

    report = run("zip", path=path)

    assert lines(report, "changed") == [(1, "44301: latitude 41.0 is now 41.08.")]
    assert ZipCentroid.objects.get(zip="44301").latitude == 41.08
