"""The snapshot and the ORM give the same answers: ids, total and every facet count."""

from collections import Counter
from operator import attrgetter

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.models import Offering
from programs.search.conditions import Conditions, tally_facets
from programs.search.engine import matching_ids, search
from programs.search.filters import CONDITIONS, FACETS
from programs.search.filterset import RANGES, ProgramFilterSet
from programs.search.index import snapshot as snapshots
from programs.search.kinds import Level, StartsBy
from programs.search.records import Prefix
from tests.programs.search.catalog import TODAY, ZIPS, make_catalog

pytestmark = pytest.mark.django_db

OF_OFFERINGS = {name: facet.of for name, facet in FACETS.items() if facet.level is Level.OFFERING}


@pytest.fixture(scope="module")
def catalog(django_db_setup, django_db_blocker):
    """One catalog for the whole module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        askable = make_catalog()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a planner that knows nothing of the rows takes a second for each answer
        yield Catalog(askable)
        transaction.set_rollback(True)


class Catalog:
    def __init__(self, askable):
        self.askable = askable
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


def offerings_of(found):
    """The offerings by which programs match: (program, a value of each closed list of offerings)."""
    return list(found.offerings.order_by().values("program", *OF_OFFERINGS.values()))


@st.composite
def filter_sets(draw, askable):
    """A query of every kind of filter, as a URL would carry it: up to three facets and two ranges."""
    data = {}
    for name in draw(st.lists(st.sampled_from(sorted(FACETS)), max_size=3, unique=True)):
        data[name] = draw(st.lists(st.sampled_from(askable[name]), min_size=1, max_size=3, unique=True))
    for each in draw(st.lists(st.sampled_from(RANGES), max_size=2, unique_by=attrgetter("name"))):
        ends = [draw(st.sampled_from(askable[part.name])) for part in each.parts]
        for part, end in zip(each.parts, sorted(ends, key=int), strict=True):
            if draw(st.booleans()):
                data[part.name] = end
    for name, condition in CONDITIONS.items():
        if isinstance(condition, StartsBy) and draw(st.integers(0, 3)) == 0:
            data[name] = draw(st.sampled_from(askable[name]))
    for flag in ("include_unknown", "anywhere"):
        if draw(st.booleans()):
            data[flag] = "1"
    if draw(st.booleans()):
        data["zip"], data["within"] = draw(st.sampled_from(sorted(ZIPS))), draw(st.sampled_from(askable["within"]))
    return data


def expected_counts(catalog, data, facet, found, offerings):
    """Every choice's count by the ORM; ``found`` ids and ``offerings`` are what all of ``data`` leaves.

    Choices of how it is delivered are counted over the offerings that meet all else; all other choices are met by a
    program or not, whatever else.
    """
    others = filterset({name: value for name, value in data.items() if name != facet}) if facet in data else None
    if facet in OF_OFFERINGS:
        rows = offerings_of(others) if others else offerings
        return Counter(value for _, value in {(row["program"], row[OF_OFFERINGS[facet]]) for row in rows})
    base = ids_of(others) if others else found
    choices = catalog.askable[facet]
    if isinstance(FACETS[facet], Prefix):
        families = {code[:2] for code in choices}
        choices = [*families, *(code for code in data.get(facet, []) if len(code) > 2)]
    return {value: len(base & catalog.members_of(facet, value)) for value in choices}


def test_random_filter_sets_agree_with_the_orm(catalog):
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.data())
    def agree(draws):
        data = draws.draw(filter_sets(catalog.askable))
        found = filterset(data)
        query, snapshot = found.to_query(), snapshots.current()
        expected, offerings = ids_of(found), offerings_of(found)
        assert set(matching_ids(query, snapshot).tolist()) == expected
        page = search(query, snapshot)
        assert page.total == len(expected)
        tallies = tally_facets(Conditions(snapshot, query, None))
        for facet in FACETS:
            wanted = expected_counts(catalog, data, facet, expected, offerings)
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
