from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from programs import wording
from tests.factories import make_offering

TODAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("shortest", "longest", "said"),
    [
        (None, None, "Not reported"),
        (0, 1, "0 to 1 week"),
        (1, 1, "1 week"),
        (12, 12, "12 weeks"),
        (13, 13, "about 3 months"),
        (26, 26, "about 6 months"),
        (78, 78, "about 18 months"),
        (104, 104, "about 2 years"),
        (130, 130, "about 2½ years"),
        (1, 11, "1 to 11 weeks"),
        (12, 51, "12 weeks to 12 months"),
        (52, 103, "12 to 24 months"),
        (104, 207, "2 to 4 years"),
        (50, 54, "about 12 months"),
    ],
)
def test_duration_in_words(shortest, longest, said):
    assert wording.duration(shortest, longest) == said


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("reported", "reported by the school"),
        ("award_level", "the range that IPEDS gives for this award, not this program’s own length"),
        ("unknown", ""),
    ],
)
def test_duration_says_how_it_is_known(basis, said):
    assert wording.duration_basis(basis) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (None, "USD", "Not reported"),
        (Decimal("0.00"), "USD", "$0"),
        (Decimal("1850.00"), "USD", "$1,850"),
        (Decimal("49.50"), "USD", "$49.50"),
        (Decimal("1234567.00"), "USD", "$1,234,567"),
        (Decimal("300.00"), "CAD", "CAD 300"),
    ],
)
def test_money(amount, currency, said):
    assert wording.money(amount, currency) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(None, "cost not reported"), (Decimal("0.00"), "free"), (Decimal("1850.00"), "from $1,850")],
)
def test_a_price(amount, said):
    assert wording.price(amount) == said


@pytest.mark.parametrize(
    ("miles", "said"), [(0.4, "under 1 mile"), (1.2, "1 mile"), (12.6, "13 miles"), (2345, "2,345 miles")]
)
def test_distance(miles, said):
    assert wording.miles(miles) == said


def start(day, apply_by=None):
    return SimpleNamespace(starts_on=day, apply_by=apply_by)


@pytest.mark.parametrize(
    ("start_type", "dates", "said"),
    [
        ("on_demand", [], "starts any time"),
        ("rolling", [], "starts often"),
        ("unknown", [], ""),
        ("fixed", [], ""),
        ("fixed", [start(date(2027, 2, 28))], ""),
        ("fixed", [start(TODAY)], "starts 1 March 2027"),
        (
            "fixed",
            [start(date(2027, 4, 1), date(2027, 2, 28)), start(date(2027, 9, 6), date(2027, 8, 1))],
            "starts 6 September 2027",
        ),
    ],
)
def test_next_start_leaves_out_what_is_past_or_closed(start_type, dates, said):
    assert wording.starts(start_type, dates, TODAY) == said


def test_offering_in_one_line(db):
    known = make_offering(modality="online", pacing="self_paced", weeks=26)
    known.price = Decimal(1850)
    assert wording.offering_line(known, TODAY) == "Online, self-paced, about 6 months, from $1,850"


def test_offering_of_which_nothing_is_known_says_so(db):
    unknown = make_offering(modality="unknown", modality_basis="unknown", weeks=None)
    unknown.price = None
    assert wording.offering_line(unknown, TODAY) == "Format not reported, length not reported, cost not reported"


def test_a_length_that_is_only_the_range_of_the_award_says_so(db):
    reported = make_offering(weeks=26)
    ranged = make_offering(weeks=(12, 52), duration_basis="award_level")
    assert wording.length(reported) == "about 6 months"
    assert wording.length(ranged) == "12 weeks to 12 months (usual for this award)"
    ranged.price = None
    assert "12 weeks to 12 months (usual for this award)" in wording.offering_line(ranged, TODAY)


@pytest.mark.parametrize(
    ("as_of", "old"),
    [(None, False), (TODAY, False), (date(2025, 3, 1), False), (date(2025, 2, 28), True), (date(2020, 1, 1), True)],
)
def test_old_is_more_than_24_months(as_of, old):
    assert wording.is_old(as_of, TODAY) is old


def test_whom_one_figure_is_for():
    assert wording.together("") == ""
    assert wording.together("Cooks; Bakers") == "for 2 occupations together: Cooks; Bakers"


def test_education_that_is_published_for_several_occupations_says_so():
    own = SimpleNamespace(typical_entry_education="Bachelor's degree", education_group_names="")
    shared = SimpleNamespace(typical_entry_education="Bachelor's degree", education_group_names="Buyers; Agents")
    none = SimpleNamespace(typical_entry_education="", education_group_names="")
    assert wording.entry_education(own) == "Bachelor's degree"
    assert wording.entry_education(shared) == "Bachelor's degree, for 2 occupations together: Buyers; Agents"
    assert wording.entry_education(none) == "Not reported"


def test_the_flag_of_a_family_is_a_note_and_no_format(db):
    flagged = make_offering(modality="unknown", modality_basis="family_flag", weeks=None)
    flagged.price = None
    assert wording.delivery(flagged) == "Not reported; some programs of this family at this school are offered online"
    assert wording.offering_line(flagged, TODAY) == (
        "Format not reported; some programs of this family at this school are offered online, "
        "length not reported, cost not reported"
    )
    assert wording.delivery(make_offering(modality="online", modality_basis="only_program")) == "Online"


@pytest.mark.parametrize(
    ("price", "as_of", "is_odd", "said"),
    [
        (1850, date(2026, 9, 1), False, "from $1,850"),
        (1850, date(2024, 6, 30), False, "from $1,850 (more than 24 months old)"),
        (151045, date(2026, 9, 1), True, "from $151,045 (as the school reported it)"),
        (151045, date(2024, 6, 30), True, "from $151,045 (as the school reported it; more than 24 months old)"),
        (0, date(2024, 6, 30), False, "free (more than 24 months old)"),
        (None, None, False, "cost not reported"),
    ],
)
def test_a_price_that_is_old_or_cannot_be_says_so(price, as_of, is_odd, said):
    amount = None if price is None else Decimal(price)
    offering = SimpleNamespace(price=amount, price_as_of=as_of, price_is_odd=is_odd)
    assert wording.offering_price(offering, TODAY) == said


def test_names_sort_as_people_look_them_up():
    names = ["Zeta", "eBay", "AMG", "Éclair", "abilene", "ECPI"]
    assert sorted(names, key=wording.alphabetical) == ["abilene", "AMG", "eBay", "Éclair", "ECPI", "Zeta"]


def test_offerings_that_read_the_same_are_one_line(db):
    same, other = [make_offering(), make_offering()], make_offering(modality="in_person")
    for offering in (*same, other):
        offering.price = None
    lines = wording.offering_lines([*same, other], TODAY)
    assert lines == f"{wording.offering_line(same[0], TODAY)}; {wording.offering_line(other, TODAY)}"
    assert wording.offering_lines([], TODAY) == ""
