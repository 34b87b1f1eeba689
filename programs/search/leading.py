"""The programs that a page leads to: how many there are, how many of them near, and which come first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from programs.place import NEAR_MILES, Place

from .engine import search
from .filterset import ProgramFilterSet
from .index import snapshot
from .query import SearchQuery


@dataclass(frozen=True, slots=True)
class Leads:
    """``ids`` of the first programs in order; ``total`` and ``near`` are None where no snapshot can count."""

    ids: tuple[int, ...]
    total: int | None = None
    near: int | None = None
    distances: dict[int, float] = field(default_factory=dict)
    """Miles from the ZIP code of the place to the school, by program id."""


def leads_to(filters: Mapping[str, str], *, place: Place | None, shown: int) -> Leads:
    """At most ``shown`` programs under ``filters`` (parameters of the search whose values exist).

    The nearest first where the place is a ZIP code; where it is a state, those of the state, and any if it has none.
    Samples come last.
    """
    current = snapshot.current()
    if current is None:
        found = ProgramFilterSet({**filters, **(place.params if place else {})}).qs
        programs = found.order_by("organization__is_fictional", "name", "pk")
        return Leads(tuple(programs.values_list("pk", flat=True)[:shown]))
    values = {name: (value,) for name, value in filters.items()}
    query = SearchQuery(today=timezone.localdate(), values=values, sort="name")
    nearest = replace(query, center=place.center, sort="distance") if place and place.zip else query
    page = search(nearest, current, only_programs=True)
    near = search(_near(query, place), current, only_programs=True) if place else None
    if near and near.total and place and not place.zip:
        return Leads(near.ids[:shown], page.total, near.total)
    return Leads(page.ids[:shown], page.total, near.total if near else None, page.distances)


def _near(query: SearchQuery, place: Place) -> SearchQuery:
    if place.zip:
        return replace(query, center=place.center).where(within=NEAR_MILES)
    return query.where(state=(place.state,))
