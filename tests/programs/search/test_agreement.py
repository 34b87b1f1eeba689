"""The snapshot and the ORM give the same answers: ids, total and every facet count."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs import choices
from programs.models import Offering
from programs.search.conditions import Conditions, tally_facets
from programs.search.engine import matching_ids, search
from programs.search.filters import FACETS, MILES
from programs.search.filterset import ProgramFilterSet
from programs.search.index import snapshot as snapshots
from programs.search.kinds import Level
from tests.programs.search.catalog import TODAY, make_catalog

pytestmark = pytest.mark.django_db

FIXED = {
    "level": choices.LevelGroup.values,
    "modality": choices.Modality.values,
    "pacing": choices.Pacing.values,
    "interaction": choices.Interaction.values,
    "control": choices.Control.values,
}


@pytest.fixture(scope="module")
def catalog(django_db_setup, django_db_blocker):
    """One catalog for the whole module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        values = {**FIXED, **make_catalog()}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a planner that knows nothing of the rows takes a second for each answer
        yield Catalog(values)
        transaction.set_rollback(True)


class Catalog:
    def __init__(self, values):
        self.values = values
        self.members = {}

    def members_of(self, facet, value):
        """The ids that a facet's choice alone leaves, by the ORM."""
        if (facet, value) not in self.members:
            self.members[facet, value] = ids_of(filterset({facet: [value]}))
        return self.members[facet, value]


def filterset(data):
    found = ProgramFilterSet(data)
    found.today = TODAY
    assert not found.form.errors
    return found


def ids_of(found):
    return set(found.qs.values_list("pk", flat=True))


@st.composite
def filter_sets(draw, values):
    """A query of up to six filters, as a URL would carry it."""
    several = draw(st.lists(st.sampled_from(sorted(set(values) - {"zip"})), max_size=3, unique=True))
    data = {
        name: draw(st.lists(st.sampled_from(values[name]), min_size=1, max_size=3, unique=True)) for name in several
    }
    for name, bounds in (("weeks", (0, 12, 26, 39, 52, 104)), ("cost", (0, 450, 1850, 5000))):
        low, high = sorted(draw(st.tuples(st.sampled_from(bounds), st.sampled_from(bounds))))
        if draw(st.booleans()):
            data[f"{name}_min"] = low
        if draw(st.booleans()):
            data[f"{name}_max"] = high
    if draw(st.booleans()):
        data["include_unknown"] = "1"
    if draw(st.booleans()):
        data["zip"], data["within"] = draw(st.sampled_from(values["zip"])), draw(st.sampled_from(MILES))
    if draw(st.booleans()):
        data["anywhere"] = "1"
    if draw(st.integers(0, 3)) == 0:
        data["starts_by"] = (TODAY + timedelta(days=draw(st.sampled_from([0, 10, 60, 400])))).isoformat()
    return data


def expected_counts(catalog, data, facet, found):
    """Every choice's count by the ORM, ``found`` being the ids that all of ``data`` leaves.

    Choices of how it is delivered are counted over the offerings that meet all else; all other choices are met by a
    program or not, whatever else.
    """
    others = {name: value for name, value in data.items() if name != facet}
    if FACETS[facet].level is Level.OFFERING:
        rows = filterset(others).offerings.order_by().values_list(facet)
        return dict(rows.annotate(Count("program", distinct=True)))
    base = ids_of(filterset(others)) if facet in data else found
    choices_of_facet = catalog.values[facet]
    if facet == "field":
        families = {code[:2] for code in choices_of_facet}
        choices_of_facet = [*families, *(code for code in data.get("field", []) if len(code) > 2)]
    return {value: len(base & catalog.members_of(facet, value)) for value in choices_of_facet}


def test_random_filter_sets_agree_with_the_orm(catalog):
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.data())
    def agree(draws):
        data = draws.draw(filter_sets(catalog.values))
        found = filterset(data)
        query, snapshot = found.to_query(), snapshots.current()
        expected = ids_of(found)
        assert set(matching_ids(query, snapshot).tolist()) == expected
        page = search(query, snapshot)
        assert page.total == len(expected)
        tallies = tally_facets(Conditions(snapshot, query, None))
        for facet in FACETS:
            wanted = expected_counts(catalog, data, facet, expected)
            wanted = {value: count for value, count in wanted.items() if count}
            counted = zip(*tallies[facet], strict=True)
            assert {value: count for value, count in counted if count} == wanted, facet

    agree()


def test_price_in_the_snapshot_is_the_price_in_the_database(catalog):
    columns = snapshots.current().columns
    offerings = Offering.objects.published().with_price().order_by("program_id", "pk")
    prices = [-1 if price is None else int(price * 100) for price in offerings.values_list("price", flat=True)]
    assert columns.price.tolist() == prices
    assert len(set(prices)) > 5
