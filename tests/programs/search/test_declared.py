"""What is asked of every filter, because it is declared once: form, label, chip, count, remedy, page, fallback."""

import re
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict

from programs.models import Program
from programs.search import CONDITIONS, FILTERS, LISTED, ProgramFilterSet, search
from programs.search.filters import FACETS
from programs.search.index import snapshot as snapshots
from programs.search.index.columns import DECLARED, Columns, dtype_of
from programs.search.kinds import StartsBy, Within
from tests.programs.search.catalog import ZIPS, make_catalog

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalog(django_db_setup, django_db_blocker):
    """One catalog for the whole module, rolled back at its end: the values that a filter may take, by its name."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_catalog()
        transaction.set_rollback(True)


def filterset(data) -> ProgramFilterSet:
    return ProgramFilterSet(QueryDict(urlencode(data)))


def asking(name, catalog) -> dict:
    """Parameters that ask something of the filter ``name``, as an address carries them: neither the least nor most."""
    values = catalog[name]
    zip_code = {"zip": next(iter(ZIPS))} if isinstance(CONDITIONS[name], Within) else {}
    return {**zip_code, name: values[len(values) // 2]}


@pytest.mark.parametrize("name", CONDITIONS)
def test_it_takes_a_value_from_an_address_and_says_it_on_a_chip(visitor, catalog, name):
    data = asking(name, catalog)
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
    data = asking(name, catalog)
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


@pytest.mark.parametrize("name", CONDITIONS)
def test_without_a_snapshot_it_still_narrows_and_shows_what_was_chosen(catalog, monkeypatch, name):
    data = asking(name, catalog)
    expected = search(filterset(data)).total
    assert expected < search(ProgramFilterSet({})).total
    monkeypatch.setattr(snapshots, "current", lambda: None)
    page = search(filterset(data))
    assert (page.total, len(page.ids), page.has_next) == (None, min(expected, 20), expected > 20)
    for facet in page.facets:
        assert all(choice.label and choice.count is None for choice in facet.choices)
        chosen = [data[name]] if facet.name == name else []
        assert [choice.value for choice in facet.choices if choice.selected] == chosen


@pytest.mark.parametrize("name", LISTED)
def test_a_long_one_has_a_page_of_its_own(visitor, catalog, name):
    page = visitor.get(f"/programs/choices/{name}/")
    assert page.status_code == 200
    assert page.context["facet"].counted
    assert f"<h1>{FACETS[name].label}</h1>" in re.sub(r"<h1[^>]*>", "<h1>", page.text)


def test_the_results_page_shows_every_filter_under_its_label(visitor, catalog):
    text = visitor.get("/programs/").text
    shown = re.findall(r'<details\s+id="facet-(\w+)"[^>]*>\s*<summary>(.*?)</summary>', text)
    assert shown == [(each.name, each.heading if isinstance(each, StartsBy) else each.label) for each in FILTERS]
    inputs = {re.search(r'name="(\w+)"', tag)[1] for tag in re.findall(r"<(?:input|select)\s[^>]*>", text)}
    assert {name for each in FILTERS for name in each.parameters} <= inputs


def test_names_are_given_once():
    assert len(CONDITIONS) == sum(len(each.parts) for each in FILTERS)
    assert set(ProgramFilterSet.base_filters) >= set(CONDITIONS)


def test_every_column_is_read_as_it_is_declared(catalog):
    columns = snapshots.current().columns
    assert set(DECLARED) == set(Columns.__dataclass_fields__)
    assert {name: getattr(columns, name).dtype for name in DECLARED} == {name: dtype_of(name) for name in DECLARED}
    lengths = {}
    for name, column in DECLARED.items():
        lengths.setdefault(column.rows, set()).add(len(getattr(columns, name)))
    assert all(len(found) == 1 for found in lengths.values())
