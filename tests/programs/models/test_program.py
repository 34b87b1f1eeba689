"""The price of an offering, and what is known of it."""

from datetime import date
from decimal import Decimal

import pytest

from programs.models import Offering
from programs.models.program import MOST_USD_A_WEEK
from tests.factories import make_cost, make_offering

pytestmark = pytest.mark.django_db


def priced(offering):
    return Offering.objects.with_price().get(pk=offering.pk)


def test_the_price_has_the_day_of_the_amount_that_decides_it():
    offering = make_offering()
    make_cost(offering=offering, kind="tuition", residency="out_of_state", amount=900, as_of=date(2020, 1, 1))
    make_cost(offering=offering, kind="tuition", residency="in_state", amount=700, as_of=date(2026, 1, 1))
    make_cost(offering=offering, kind="fees", amount=50, as_of=date(2021, 1, 1))
    assert (priced(offering).price, priced(offering).price_as_of) == (Decimal(750), date(2026, 1, 1))

    make_cost(offering=offering, kind="total", amount=1000)
    assert (priced(offering).price, priced(offering).price_as_of) == (Decimal(1000), None)


def test_an_offering_without_a_whole_price_has_none():
    offering = make_cost(basis="per_year", as_of=date(2026, 1, 1)).offering
    found = priced(offering)
    assert (found.price, found.price_as_of, found.price_is_odd) == (None, None, False)


@pytest.mark.parametrize(
    ("amount", "weeks", "is_odd"),
    [
        (39 * MOST_USD_A_WEEK, 39, False),
        (39 * MOST_USD_A_WEEK + 1, 39, True),
        (151_045, 39, True),
        (151_045, (39, 104), False),  # a range: it may be the longest
        (151_045, None, False),
    ],
)
def test_a_price_is_odd_where_no_week_can_cost_as_much(amount, weeks, is_odd):
    offering = make_cost(offering=make_offering(weeks=weeks), amount=amount).offering
    assert priced(offering).price_is_odd is is_odd
