"""The readers of cells."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.importers import values
from programs.importers.tables import RowError

digits = st.text("0123456789", min_size=2, max_size=2)


@given(digits, digits, digits, st.sampled_from([2, 4, 6]))
def test_a_cip_code_is_read_through_any_wrapping(family, middle, end, length):
    code = f"{family}.{middle}{end}"[: {2: 2, 4: 5, 6: 7}[length]]

    assert values.cip_code(f'="{code}"') == values.cip_code(f" {code} ") == code
    if code.startswith("0"):
        assert values.cip_code(code[1:]) == code


@given(st.text(max_size=12))
def test_a_cip_code_is_whole_or_refused(text):
    with suppress(RowError):
        code = values.cip_code(text)
        assert len(code) in {2, 5, 7}
        assert code.replace(".", "").isdecimal()
        assert values.cip_code(code) == code


@given(digits, digits, digits)
def test_a_program_code_survives_a_number_format(family, middle, end):
    code = f"{family}.{middle}{end}"
    number = f"{float(code):g}"

    assert values.program_code(number, {code}) == values.program_code(code, ()) == code
    if len(number.partition(".")[2]) < 4:
        with pytest.raises(RowError, match=f"and {code} is none that is known"):
            values.program_code(number, {code[:2], code[:5]})


@pytest.mark.parametrize("text", ["", ".", "1.", "111.01", "1.01011", "110701", "51,07", "Jan-11", "-1", "٥١"])
def test_what_is_no_program_code_is_refused(text):
    with pytest.raises(RowError):
        values.program_code(text, {"51.0000"})


@pytest.mark.parametrize(("text", "code"), [("29-2072", "29-2072"), ("29-2072.03", "29-2072")])
def test_a_soc_code_is_cut_to_its_occupation(text, code):
    assert values.soc_code(text) == code


@pytest.mark.parametrize("text", ["", "292072", "29-20722", "29-2072.1", "29-2072 "])
def test_a_malformed_soc_code_is_refused(text):
    with pytest.raises(RowError, match="is not a SOC code"):
        values.soc_code(text)


@given(st.integers(0, 10**8 - 1), st.integers(0, 99))
def test_money_is_read_to_the_cent(dollars, cents):
    amount = Decimal(dollars) + Decimal(cents) / 100

    assert values.money(f"${dollars:,}.{cents:02}", "price") == amount
    assert values.money(f"{dollars}.{cents:02}", "price").as_tuple().exponent == -2


@pytest.mark.parametrize("text", ["", "-1", "free", "NaN", "Infinity", "100000000", "1e30", "12.5.1"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(RowError, match="price"):
        values.money(text, "price")


@given(st.integers(0, 600))
def test_months_become_the_nearest_whole_weeks(months):
    weeks = values.weeks_of_months(months)

    assert weeks >= 1
    assert months == 0 or abs(weeks - months * 52 / 12) <= 0.5


@pytest.mark.parametrize(("months", "weeks"), [(1, 4), (9, 39), (12, 52), (15, 65), (48, 208)])
def test_known_months(months, weeks):
    assert values.weeks_of_months(months) == weeks


@pytest.mark.parametrize("text", ["-1", "1.5", "", "x", "1234567890", "٣"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(RowError, match="is not a whole number"):
        values.whole(text, "UNITID")


@pytest.mark.parametrize("text", ["", "north", "90.1", "nan"])
def test_what_is_no_latitude_is_refused(text):
    with pytest.raises(RowError, match="LATITUDE"):
        values.degrees(text, "LATITUDE", 90)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ /-,'", max_size=60))
def test_title_case_changes_case_alone(text):
    titled = values.title_case(text)

    assert titled.upper() == text
    assert values.title_case(titled.upper()) == titled


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("AREA, ETHNIC, CULTURAL, GENDER, AND GROUP STUDIES.", "Area, Ethnic, Cultural, Gender, and Group Studies"),
        (
            "ENGINEERING/ENGINEERING-RELATED TECHNOLOGIES/TECHNICIANS.",
            "Engineering/Engineering-Related Technologies/Technicians",
        ),
        ("RESERVE OFFICER TRAINING CORPS (JROTC, ROTC).", "Reserve Officer Training Corps (JROTC, ROTC)"),
        ("THE ARTS OF THE STAGE", "The Arts of the Stage"),
        ("Welding Technology/Welder.", "Welding Technology/Welder"),
        ("Teaching English or  ESL.", "Teaching English or ESL"),
    ],
)
def test_titles_of_fields_end_without_a_stop_and_do_not_shout(text, titled):
    assert values.sentence_free(text) == titled


words = st.text("abcdefgh ", min_size=1, max_size=20).map(values.one_space).filter(bool)


@given(words, words)
def test_a_title_with_parentheses_gives_its_name_and_alias(name, other):
    assert values.split_title(f"{name} ({other})") == (name, [other])
    assert values.split_title(name) == (name, [])


@pytest.mark.parametrize(
    ("text", "name", "aliases"),
    [
        ("Chief Financial Officer (CFO)", "Chief Financial Officer", ["CFO"]),
        ("CEO (Chief Executive Officer)", "Chief Executive Officer", ["CEO"]),
        ("RN (LPN)", "RN", ["LPN"]),
        ("Driver (Class A) and Loader", "Driver (Class A) and Loader", []),
        ("Driver ()", "Driver ()", []),
    ],
)
def test_the_long_form_is_the_name(text, name, aliases):
    assert values.split_title(text) == (name, aliases)


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("", []),
        ("LTC|Lakeside Tech", ["LTC", "Lakeside Tech"]),
        ("City | City College, Downtown | lakeside college", ["City", "City College, Downtown"]),
        ("Lake Academy, Inc", ["Lake Academy, Inc"]),
        ("Lake Academy, Lake School", ["Lake Academy", "Lake School"]),
        ("Old Lake College  Older Lake College", ["Old Lake College", "Older Lake College"]),
        ("LTC;LTC;X", ["LTC"]),
    ],
)
def test_aliases_of_a_school(text, aliases):
    assert values.split_aliases(text, "Lakeside College") == aliases


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.lake.edu/", "https://www.lake.edu/"),
        ("http://lake.edu/a b", "http://lake.edu/a%20b"),
        ("https://owner@lake.edu/", ""),
        ("none", ""),
        ("NA", ""),
        ("https://", ""),
        ("javascript://lake.edu/", ""),
        ("https://lake.edu:99999/", ""),
        (f"lake.edu/{'a' * 500}", ""),
    ],
)
def test_web_addresses(text, address):
    assert values.website(text) == address
