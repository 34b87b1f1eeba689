"""IPEDS: the rows of the directory as they come, with facts absent, codes that lost zeros, and names of every kind."""

import csv
import re

import pytest

from programs.importers.imported import IMPORTED_COLUMNS
from programs.models import Organization, Program

from .helpers import HD, SAMPLES, copy_samples, lines, rewrite, run

pytestmark = pytest.mark.django_db
COLUMNS = IMPORTED_COLUMNS[Organization]
HEADER = (SAMPLES / HD).read_text(encoding="utf-8-sig").split("\n", 1)[0]
A_SCHOOL = {
    **dict.fromkeys(HEADER.strip().split(","), "-2"),
    "UNITID": "900009",
    "INSTNM": "Harbor College",
    "IALIAS": "",
    "CITY": "Boston",
    "STABBR": "MA",
    "ZIP": "02138",
    "OPEID": "00215500",
    "WEBADDR": "",
    "CONTROL": "1",
    "CYACTIVE": "1",
    "LATITUDE": "42.37",
    "LONGITUD": "-71.11",
}


def directory(tmp_path, *schools: dict, encoding="utf-8"):
    """A directory file of these schools, each told by how it differs from ``A_SCHOOL``."""
    path = tmp_path / "hd2024.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, A_SCHOOL)
        writer.writeheader()
        writer.writerows({**A_SCHOOL, **school} for school in schools)
    return path


def test_rows_without_a_key_or_a_name_are_refused(tmp_path):
    path = directory(tmp_path, {"INSTNM": " "}, {"UNITID": "9000O1"}, {"UNITID": ""}, {}, {"INSTNM": "Harbor Again"})

    report = run("ipeds", path=path)

    assert lines(report, "invalid") == [
        (2, "school 900009 has no INSTNM."),
        (3, "UNITID '9000O1' is not a whole number."),
        (4, "UNITID '' is not a whole number."),
        (6, "repeats ipeds:900009 of line 5."),
    ]
    assert list(Organization.objects.values_list("name", flat=True)) == ["Harbor College"]


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("LATITUDE", "", False),
        ("LONGITUD", "", False),
        ("LATITUDE", "-2", False),
        ("LATITUDE", "142.37", "LATITUDE '142.37' is not between -90 and 90 degrees."),
        ("LONGITUD", "71W", "LONGITUD '71W' is not a number."),
        ("LATITUDE", "0", "LATITUDE '0' is no place in the country."),
        ("LONGITUD", "0.000000", "LONGITUD '0.000000' is no place in the country."),
        ("STABBR", "", False),
        ("STABBR", "ZZ", "STABBR 'ZZ' is not a state."),
        ("ZIP", "", False),
        ("ZIP", "021", "ZIP '021' is too short for MA."),
        ("ZIP", "213800", "ZIP '213800' is not a ZIP code."),
        ("ZIP", "O2138", "ZIP 'O2138' is not a ZIP code."),
        ("OPEID", "", False),
        ("OPEID", "-2", False),
        ("OPEID", "2155", "OPEID '2155' is not a number of eight digits."),
        ("OPEID", "002155000", "OPEID '002155000' is not a number of eight digits."),
        ("CONTROL", "", False),
        ("CONTROL", "-3", False),
        ("CONTROL", "9", "CONTROL '9' is not one of 1, 2 and 3."),
        ("CITY", "", False),
        ("WEBADDR", "call us", False),
        ("CYACTIVE", "", False),
        ("CLOSEDAT", "", False),
        ("DEATHYR", "", False),
    ],
)
def test_a_fact_that_is_absent_or_unreadable_is_unknown_and_the_school_stays(tmp_path, column, text, told):
    run("ipeds", path=directory(tmp_path, {}))
    before = Organization.objects.values(*COLUMNS).get()

    report = run("ipeds", path=directory(tmp_path, {column: text}))

    after = Organization.objects.values(*COLUMNS).get()
    unknown = {
        "LATITUDE": {"latitude": None, "longitude": None},
        "LONGITUD": {"latitude": None, "longitude": None},
        "STABBR": {"state": ""},
        "ZIP": {"zip": ""},
        "OPEID": {"opeid": ""},
        "CITY": {"city": ""},
        "CONTROL": {"control": "unknown"},
    }
    assert after == before | unknown.get(column, {})
    assert after["status"] == "published"
    assert lines(report, "incomplete") == ([(2, f"school 900009 is taken without it: {told}")] if told else [])


def test_a_school_without_coordinates_has_its_programs_and_no_distance(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / HD, ("-81.5,41.0", ","))

    run("cip", "ipeds", path=path)

    assert Program.objects.published().count() == 8
    assert set(Organization.objects.values_list("latitude", "longitude")) == {(None, None)}


@pytest.mark.parametrize(
    ("state", "text", "zip_code"),
    [
        ("MA", "2138", "02138"),
        ("MA", "02138-1234", "02138-1234"),
        ("MA", "2138-1234", "02138-1234"),
        ("MA", "021381234", "02138-1234"),
        ("MA", "21381234", "02138-1234"),
        ("PR", "901", "00901"),
        ("PR", "9011234", "00901-1234"),
        ("OH", "443011234", "44301-1234"),
        ("OH", "4430", ""),
        ("OH", "44301234", ""),
    ],
)
def test_zip_codes_get_back_the_zeros_that_their_state_can_have(tmp_path, state, text, zip_code):
    report = run("ipeds", path=directory(tmp_path, {"STABBR": state, "ZIP": text}))

    assert Organization.objects.get().zip == zip_code
    has_lost_zeros = zip_code and len(zip_code.replace("-", "")) > len(text.replace("-", ""))
    assert lines(report, "padded") == ([(2, f"ZIP {text!r} is {zip_code}.")] if has_lost_zeros else [])


@pytest.mark.parametrize(
    ("text", "opeid"), [("215500", "00215500"), ("2155001", "02155001"), ("21550012", "21550012")]
)
def test_opeids_get_back_their_zeros(tmp_path, text, opeid):
    run("ipeds", path=directory(tmp_path, {"OPEID": text}))

    assert Organization.objects.get().opeid == opeid


def test_a_unitid_is_never_padded(tmp_path):
    run("ipeds", path=directory(tmp_path, {"UNITID": "90009"}))

    assert Organization.objects.get().unitid == 90009


def test_an_older_file_in_windows_1252_with_small_headers(tmp_path):
    path = directory(tmp_path, {"INSTNM": "Colegio Peñón"}, encoding="cp1252")
    rewrite(path, (HEADER.strip(), HEADER.strip().lower().replace("unitid", "unitid ")))

    report = run("ipeds", path=path)

    assert Organization.objects.get().name == "Colegio Peñón"
    assert report.summary()[-1] == "hd2024.csv is not UTF-8 (line 2); it was read as Windows-1252."


def test_a_file_of_schools_that_mean_harm(tmp_path):
    names = [
        *(
            "<script>alert(1)</script>",
            "=HYPERLINK(1)",
            "'; DROP TABLE programs_program; --",
            "{{ settings }}",
            "%s%s",
        ),
        *("../../etc/passwd", "N" * 200, "学校", "\u202eegelloC", "?"),
    ]
    path = directory(tmp_path, *({"INSTNM": name, "UNITID": str(900010 + at)} for at, name in enumerate(names)))

    report = run("ipeds", path=path)

    assert lines(report, "invalid") == []
    assert list(Organization.objects.order_by("unitid").values_list("name", flat=True)) == names
    assert all(re.fullmatch(r"[a-z0-9_-]+", slug) for slug in Organization.objects.values_list("slug", flat=True))


def test_a_folder_that_lacks_a_table_says_so(tmp_path):
    report = run("ipeds", path=directory(tmp_path, {}).parent)

    assert report.summary() == [
        "organizations: 1 new, 0 changed, 0 unchanged",
        f"{tmp_path} holds no completions table; nothing of that was read.",
    ]
