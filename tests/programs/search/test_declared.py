"""What is asked of every filter, because it is declared once: form, label, chip, count, remedy, page, fallback."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict

from programs.models import Program
from programs.search import CONDITIONS, FILTERS, LISTED, ProgramFilterSet, search
from programs.search.filters import FACETS
from programs.search.index import snapshot as snapshots
from programs.search.index.columns import DECLARED, Columns
from programs.search.kinds import Bound, Level, StartsBy, Within
from tests import factories as make
from tests.programs.search.catalog import make_catalog

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalog(django_db_setup, django_db_blocker):
    """One catalog for the whole module, rolled back at its end: the values that a filter may take, by its name."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_catalog()
        transaction.set_rollback(True)


def filterset(data) -> ProgramFilterSet:
    return ProgramFilterSet(QueryDict(urlencode(data)))


def value_of(name, catalog) -> dict:
    """Parameters that choose something in the filter ``name``, as an address carries them."""
    condition = CONDITIONS[name]
    if isinstance(condition, Bound):
        return {name: "20"}
    if isinstance(condition, StartsBy):
        return {name: date(2030, 1, 1).isoformat()}
    if isinstance(condition, Within):
        return {"zip": catalog["zip"][0], name: "25"}
    values = catalog.get(name) or [value for value, _ in condition.choices]
    return {name: values[0]}


@pytest.mark.parametrize("name", CONDITIONS)
def test_it_takes_a_value_from_an_address_and_says_it_on_a_chip(visitor, catalog, name):
    data = value_of(name, catalog)
    found = filterset(data)
    assert not found.form.errors
    assert name in found.to_query().values
    chips = visitor.get(f"/programs/?{urlencode(data)}").context["chips"]
    assert len(chips) == 1
    label, without = chips[0]
    assert label
    assert label[0].upper() == label[0]
    assert without == "/programs/"


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_value_that_is_none_of_its_own_is_refused_and_left_out(name):
    found = filterset({name: "\x00no such value"})
    assert name in found.form.errors
    assert found.to_query() == filterset({}).to_query()


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_page_that_it_empties_offers_to_drop_it(visitor, catalog, name):
    """A program is asked for by its name, and by a choice that it does not meet."""
    data = value_of(name, catalog)
    other = Program.objects.published().exclude(pk__in=filterset(data).qs).order_by("pk").first()
    data |= {"q": other.name, "exact": "1"}
    page = search(filterset(data))
    assert page.total == 0
    remedy = next(remedy for remedy in page.remedies if remedy.name == name)
    assert remedy.label
    assert remedy.total == 1
    assert f"Without {remedy.label}: 1 program" in visitor.get(f"/programs/?{urlencode(data)}").text


@pytest.mark.parametrize("name", FACETS)
def test_each_choice_counts_what_choosing_it_leaves(catalog, name):
    page = search(ProgramFilterSet({}), listed={name: 100})
    facet = next(facet for facet in page.facets if facet.name == name)
    assert facet.label == FACETS[name].label
    assert [choice for choice in facet.choices if choice.count] != []
    for choice in facet.choices:
        assert choice.label
        assert choice.count == search(filterset({name: choice.value})).total


@pytest.mark.parametrize("name", FACETS)
def test_without_a_snapshot_it_still_narrows_and_shows_what_was_chosen(catalog, monkeypatch, name):
    data = value_of(name, catalog)
    expected = filterset(data).qs.count()
    monkeypatch.setattr(snapshots, "current", lambda: None)
    page = search(filterset(data))
    assert len(page.ids) == min(expected, 20)
    facet = next(facet for facet in page.facets if facet.name == name)
    assert [choice.value for choice in facet.choices if choice.selected] == [data[name]]
    assert all(choice.label and choice.count is None for choice in facet.choices)


@pytest.mark.parametrize("name", LISTED)
def test_a_long_one_has_a_page_of_its_own(visitor, catalog, name):
    page = visitor.get(f"/programs/choices/{name}/")
    assert page.status_code == 200
    assert page.context["facet"].counted
    assert f"<h1>{FACETS[name].label}</h1>" in re.sub(r"<h1[^>]*>", "<h1>", page.text)


def test_the_results_page_shows_every_filter_under_its_label(visitor):
    make.make_program()
    text = visitor.get("/programs/").text
    shown = re.findall(r'<details id="facet-(\w+)"', text)
    assert shown == [each.name for each in FILTERS]
    inputs = set(re.findall(r'name="(\w+)"[^>]*form="search"|form="search"[^>]*\s+name="(\w+)"', text))
    named = {name for pair in inputs for name in pair if name}
    closed = {name for each in FILTERS for name in each.parameters if name not in FACETS}
    assert closed <= named


def test_names_are_given_once():
    assert len(CONDITIONS) == sum(len(each.parts) for each in FILTERS)
    assert set(ProgramFilterSet.base_filters) >= set(CONDITIONS)


def test_every_column_is_read_as_it_is_declared(catalog):
    columns = snapshots.current().columns
    assert set(DECLARED) == set(Columns.__dataclass_fields__)
    assert {name: getattr(columns, name).dtype for name in DECLARED} == {
        name: column.dtype for name, column in DECLARED.items()
    }
    lengths = {}
    for name, column in DECLARED.items():
        lengths.setdefault(column.rows, set()).add(len(getattr(columns, name)))
    assert all(len(found) == 1 for found in lengths.values())


def test_places_are_of_schools_and_offerings_are_asked_together():
    assert {name for name, each in CONDITIONS.items() if each.is_place} == {"within", "state"}
    assert {name for name, each in CONDITIONS.items() if each.level is Level.OFFERING} == {
        "modality",
        "pacing",
        "interaction",
        "weeks_min",
        "weeks_max",
        "cost_min",
        "cost_max",
        "starts_by",
    }
