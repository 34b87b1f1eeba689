"""What a result card shows, for one page of results."""

from collections.abc import Iterator
from dataclasses import dataclass

from programs.models import Offering, Program
from programs.routes.graph import Route, routes_for
from programs.search import Choice, SearchPage


@dataclass(frozen=True, slots=True)
class Card:
    """A program with its published offerings, its route, why it matched (``Match``), and its distance in miles."""

    program: Program
    offerings: list[Offering]
    route: Route
    matches: tuple = ()
    reasons: tuple[str, ...] = ()
    """How it leads to the certification or job that the search asks for."""
    distance: float | None = None


def build_cards(programs: list[Program], page: SearchPage | None = None) -> list[Card]:
    """Cards in the order of ``programs``, which come from ``ProgramQuerySet.for_cards()``; statements are constant.

    ``page`` is the SearchPage that found them, if one did.
    """
    wanted = _wanted(page)
    routes = routes_for(programs)
    return [
        Card(
            program=program,
            offerings=program.published_offerings,
            route=routes[program.pk],
            matches=page.matches.get(program.pk, ()) if page else (),
            reasons=tuple(_reasons(routes[program.pk], wanted)),
            distance=page.distances.get(program.pk) if page else None,
        )
        for program in programs
    ]


def _wanted(page: SearchPage | None) -> dict[str, list[Choice]]:
    """The certifications, job titles and occupations that the search asks for, by filter: alternatives in each."""
    facets = page.facets if page else ()
    chosen = {facet.name: [choice for choice in facet.choices if choice.selected] for facet in facets}
    return {name: chosen[name] for name in ("certification", "job", "occupation") if chosen.get(name)}


def _reasons(route: Route, wanted: dict[str, list[Choice]]) -> Iterator[str]:
    """How the program leads to what is ``wanted``: by each stop that says so, else in the way that remains."""
    for name, choices in wanted.items():
        stops = route.certifications if name == "certification" else route.careers
        key = "code" if name == "occupation" else "slug"
        values = {choice.value for choice in choices}
        found = [stop for stop in stops if getattr(stop.target, key, None) in values]
        for stop in found:
            yield f"{stop.relation} {stop.short_name} ({stop.basis[0].lower()}{stop.basis[1:]})"
        if not found:
            # An occupation has no stop of its own where job titles of it stand in its place.
            way = "Leads to a job title in" if name == "occupation" else "Its field of study leads to"
            yield f"{way} {' or '.join(choice.label for choice in choices)}"
