"""What a result card shows, for one page of results."""

from collections.abc import Iterator
from dataclasses import dataclass

from programs.chain import Route, routes_for
from programs.models import Offering, Program
from programs.search.page import Choice


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


def build_cards(programs: list[Program], page=None) -> list[Card]:
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


def _wanted(page) -> list[tuple[str, Choice]]:
    """The certifications, job titles and occupations that the search asks for, each with its filter's name."""
    facets = [facet for facet in page.facets if facet.name in ("certification", "job", "occupation")] if page else []
    return [(facet.name, choice) for facet in facets for choice in facet.choices if choice.selected]


def _reasons(route: Route, wanted: list[tuple[str, Choice]]) -> Iterator[str]:
    """How the program leads to what is ``wanted``: by the stop that says so, or by its field of study."""
    for name, choice in wanted:
        stops = route.certifications if name == "certification" else route.careers
        key = "code" if name == "occupation" else "slug"
        stop = next((stop for stop in stops if getattr(stop.target, key, None) == choice.value), None)
        if stop is None:
            yield f"Its field of study leads to {choice.label}"
        else:
            yield f"{stop.relation} {stop.short_name} ({stop.basis[0].lower()}{stop.basis[1:]})"
