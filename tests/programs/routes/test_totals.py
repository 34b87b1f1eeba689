from datetime import date
from decimal import Decimal

import pytest

from programs.choices import CostKind, Status
from programs.models import Offering
from programs.routes.totals import Range, credential_totals
from tests.factories import (
    make_certification,
    make_cost,
    make_offering,
    make_program,
    make_program_certification,
)

pytestmark = pytest.mark.django_db


def totals_of(program):
    offerings = Offering.objects.published().with_price().prefetch_related("costs")
    return credential_totals(
        offerings.filter(program=program), program.certification_links.select_related("certification")
    )


def known_certification(**over):
    values = {
        "exam_fee_min": 399,
        "exam_fee_max": 499,
        "fee_as_of": date(2026, 1, 1),
        "valid_for_months": 24,
        "renewal_fee": 180,
    }
    return make_certification(**{**values, **over})


def program_with(certification, *, price="1850.00", weeks=26, **link):
    offering = make_offering(weeks=weeks)
    if price:
        make_cost(offering=offering, amount=price)
    make_program_certification(offering.program, certification, **{"exam_fee_included": False, **link})
    return offering.program


def money(low, high, is_whole=True):
    return Range(Decimal(low), Decimal(high), is_whole)


def test_program_exam_and_first_renewal_add_up():
    (total,) = totals_of(program_with(known_certification(), weeks=(26, 40)))
    assert [(part.name, part.weeks, part.money) for part in total.parts] == [
        ("Program", money(26, 40), money(1850, 1850)),
        ("Exam", money(0, 0), money(399, 499)),
        ("First renewal", money(104, 104), money(180, 180)),
    ]
    assert (total.weeks, total.money) == (money(26, 40), money(2249, 2349))
    assert (total.weeks_with_renewal, total.money_with_renewal) == (money(130, 144), money(2429, 2529))


def test_an_unknown_part_is_left_out_and_makes_the_total_at_least():
    (total,) = totals_of(program_with(known_certification(), price=None, weeks=None))
    assert (total.program.weeks, total.program.money) == (None, None)
    assert (total.weeks, total.money) == (money(0, 0, False), money(399, 499, False))


def test_an_unknown_renewal_leaves_the_way_to_the_exam_whole():
    (total,) = totals_of(program_with(known_certification(renewal_fee=None, valid_for_months=None)))
    assert total.money == money(2249, 2349)
    assert total.money_with_renewal == money(2249, 2349, False)
    assert total.weeks_with_renewal == money(26, 26, False)


def test_an_included_exam_costs_nothing_more():
    (total,) = totals_of(program_with(known_certification(), exam_fee_included=True))
    assert (total.exam.money, total.exam.note) == (money(0, 0), "Included in the price of the program")


@pytest.mark.parametrize(
    ("included", "exam"),
    [(True, money(0, 0)), (False, money(399, 499)), (None, None)],
)
def test_an_exam_fee_within_the_price_counts_by_what_is_known_of_it(included, exam):
    offering = make_offering()
    make_cost(offering=offering, kind=CostKind.TUITION, amount=1000)
    make_cost(offering=offering, kind=CostKind.EXAM, amount=399)
    make_program_certification(offering.program, known_certification(), exam_fee_included=included)
    (total,) = totals_of(offering.program)
    assert (total.program.money, total.exam.money) == (money(1399, 1399), exam)


def test_whether_the_price_includes_the_exam_is_said_to_be_unknown():
    (total,) = totals_of(program_with(known_certification(), exam_fee_included=None))
    assert total.exam.money == money(399, 499)
    assert total.exam.note == "Unless the price of the program includes it: not reported"


def test_a_certification_that_does_not_expire_needs_no_renewal():
    (total,) = totals_of(program_with(known_certification(valid_for_months=0, renewal_fee=None)))
    assert (total.renewal.money, total.renewal.note) == (money(0, 0), "It does not expire")
    assert total.money_with_renewal == money(2249, 2349)


def test_a_fee_in_another_currency_is_not_added_to_dollars():
    (total,) = totals_of(program_with(known_certification(currency="GBP")))
    assert (total.exam.money, total.renewal.money) == (None, None)
    assert total.money == money(1850, 1850, False)


def test_the_cheapest_known_offering_is_the_one_that_counts():
    program = program_with(known_certification(), price="1850.00")
    make_offering(program=program, weeks=4)  # price not reported
    cheaper = make_offering(program=program, weeks=60)
    make_cost(offering=cheaper, amount="900.00")
    make_cost(offering=make_offering(program=program, status=Status.DRAFT), amount="1.00")
    (total,) = totals_of(program)
    assert total.offering == cheaper


def test_unpublished_certifications_and_programs_without_offerings_give_no_total():
    assert totals_of(program_with(make_certification(status=Status.DRAFT))) == []
    bare = make_program()
    make_program_certification(bare, known_certification())
    assert totals_of(bare) == []


def test_a_price_and_a_fee_that_are_old_say_so():
    program = program_with(known_certification(fee_as_of=date(2020, 1, 1)), price=None, weeks=26)
    make_cost(offering=program.offerings.get(), amount=90_000, as_of=date(2020, 1, 1))
    (total,) = totals_of(program)
    assert [part.note for part in total.parts] == [
        "The lowest price that it publishes, as the school reported it; more than 24 months old",
        "A fee more than 24 months old",
        "24 months after the exam",
    ]


def test_certifications_that_take_the_same_are_told_once():
    """Three tables that differ in nothing but the name above them say one thing three times."""
    program = program_with(known_certification(acronym="CCA"))
    for acronym, more in (("CPC", {}), ("CBCS", {}), ("RHIT", {"exam_fee_max": 500}), ("CCS", {"renewal_fee": None})):
        certification = known_certification(acronym=acronym, **more)
        make_program_certification(program, certification, exam_fee_included=False)
    told = [[link.certification.acronym for link in total.links] for total in totals_of(program)]
    assert told == [["CCA", "CPC", "CBCS"], ["RHIT"], ["CCS"]]
