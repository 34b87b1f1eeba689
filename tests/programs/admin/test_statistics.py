"""A figure is saved only when it can be: by the form, by an import, and in the database."""

import importlib
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from programs.choices import AREAS, MEASURE_RULES, Measure, StatisticKind, Unit
from programs.models import Statistic
from tests.factories import client_for, make_occupation, make_source, make_statistic

pytestmark = pytest.mark.django_db

GROWTH = {"measure": "employment_growth", "statistic": "percent", "unit": "percent", "value": Decimal("8.5")}
PEOPLE = {"measure": "employment", "statistic": "count", "unit": "people"}
RATE = {"measure": "placement_rate", "statistic": "percent", "unit": "percent", "value": Decimal(91)}
IMPOSSIBLE = [
    ({"unit": "percent"}, "unit", "Annual wage is given in US dollars a year."),
    ({"statistic": "count"}, "statistic", "Annual wage is given as: Mean, Median, 10th"),
    ({"value": Decimal(-1)}, "value", "Annual wage lies between 0.01 and 10,000,000."),
    ({"value": Decimal(0)}, "value", "Annual wage lies between"),
    ({**RATE, "value": Decimal("100.01")}, "value", "Job placement rate lies between 0 and 100."),
    ({**RATE, "value": Decimal(-1)}, "value", "Job placement rate lies between 0 and 100."),
    ({**GROWTH, "value": Decimal(-101)}, "value", "Employment growth lies between -100 and 1,000."),
    (
        {"measure": "employment", "statistic": "count", "unit": "people", "value": Decimal(-1)},
        "value",
        "Employment lies",
    ),
    ({"area": "Atlantis"}, "area", "Select a valid choice."),
]


def figure(**values) -> dict:
    return {
        "occupation": make_occupation(),
        "source": make_source(),
        "measure": "annual_wage",
        "statistic": "median",
        "unit": "usd_per_year",
        "qualifier": "exactly",
        "value": Decimal(50_000),
        "area": "US",
        "period_start": date(2025, 5, 1),
        "period_end": date(2025, 5, 31),
        **values,
    }


def test_every_measure_has_its_rule():
    assert set(MEASURE_RULES) == set(Measure)
    assert {rule.unit for rule in MEASURE_RULES.values()} == set(Unit)
    assert frozenset().union(*(rule.kinds for rule in MEASURE_RULES.values())) == set(StatisticKind)


@pytest.mark.parametrize(("values", "column", "words"), IMPOSSIBLE)
def test_the_form_names_what_cannot_be(editor, values, column, words):
    data = figure(**values)
    form = {name: getattr(value, "pk", value) for name, value in data.items()}
    answer = client_for(editor).post(reverse("admin:programs_statistic_add"), form)
    assert words in str(answer.context["adminform"].form.errors[column])
    assert not Statistic.objects.exists()


@pytest.mark.parametrize(("values", "column", "words"), IMPOSSIBLE)
def test_the_database_refuses_what_comes_past_the_form(values, column, words):
    with pytest.raises(IntegrityError), transaction.atomic():
        Statistic.objects.create(**figure(**values))


@pytest.mark.parametrize("area", ["US", "OH", "PR"])
def test_what_can_be_is_saved(editor, area):
    form = {name: getattr(value, "pk", value) for name, value in figure(area=area).items()}
    assert client_for(editor).post(reverse("admin:programs_statistic_add"), form).status_code == 302
    assert Statistic.objects.get().get_area_display() == AREAS[area]


def test_growth_may_be_more_than_a_hundred_percent_and_a_decline():
    for value in (Decimal(140), Decimal(-36)):
        Statistic(**figure(**{**GROWTH, "value": value})).full_clean()


def test_what_was_measured_is_over():
    with pytest.raises(ValidationError) as refused:
        Statistic(**figure(period_end=timezone.localdate() + timedelta(days=1))).full_clean()
    assert refused.value.message_dict == {
        "period_end": ["The period is not over yet, so nothing can be known of all of it."]
    }
    Statistic(**figure(period_end=timezone.localdate())).full_clean()


def test_a_projection_may_end_in_years_to_come_but_not_in_2099():
    now = timezone.localdate()
    ahead = date(now.year + 10, 12, 31)
    Statistic(**figure(**GROWTH, period_start=date(now.year - 1, 1, 1), period_end=ahead)).full_clean()
    for period, column in (
        ((date(now.year - 1, 1, 1), date(2099, 12, 31)), "period_end"),
        ((ahead, ahead), "period_start"),
    ):
        with pytest.raises(ValidationError) as refused:
            Statistic(**figure(**GROWTH, period_start=period[0], period_end=period[1])).full_clean()
        assert list(refused.value.message_dict) == [column]


def test_a_period_that_ends_before_it_starts_is_refused_in_words():
    with pytest.raises(ValidationError, match="The period ends before it starts"):
        Statistic(**figure(period_start=date(2025, 6, 1))).full_clean()


@pytest.fixture
def without_the_rule():
    """The table as it was before, with room for figures that cannot be."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        else:  # comes back with the end of the test's transaction
            cursor.execute("ALTER TABLE programs_statistic DROP CONSTRAINT statistic_says_what_it_is")
            yield


def test_a_database_with_such_figures_is_told_which(without_the_rule):
    """It stays as it is: nothing there could know the right value."""
    migration = importlib.import_module("programs.migrations.0005_figures_that_can_be")
    editor = SimpleNamespace(connection=connection)
    make_statistic(value=None, suppressed_reason="privacy")
    wrong = [make_statistic(value=Decimal(-5)), make_statistic(area="Atlantis")]
    with pytest.raises(CommandError) as refused:
        migration.refuse_figures_that_cannot_be(apps, editor)
    first, *lines = str(refused.value).splitlines()
    assert first.startswith("2 figures cannot be what they say. Correct or delete them under Statistics in the admin")
    assert lines == [
        f'statistic {wrong[0].pk}: annual_wage, median, -5.00 usd_per_year, area "US"',
        f'statistic {wrong[1].pk}: annual_wage, median, 50000.00 usd_per_year, area "Atlantis"',
    ]
    assert Statistic.objects.count() == 3
    Statistic.objects.filter(pk__in=[row.pk for row in wrong]).delete()
    migration.refuse_figures_that_cannot_be(apps, editor)
