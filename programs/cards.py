"""What a result card shows, for one page of results."""

from dataclasses import dataclass

from programs.chain import Route, routes_for
from programs.models import Offering, Program


@dataclass(frozen=True, slots=True)
class Card:
    """A program with its published offerings, its route, why it matched (``Match``), and its distance in miles."""

    program: Program
    offerings: list[Offering]
    route: Route
    matches: tuple = ()
    distance: float | None = None


def build_cards(programs: list[Program], page=None) -> list[Card]:
    """Cards in the order of ``programs``, which come from ``ProgramQuerySet.for_cards()``; statements are constant.

    ``page`` is the SearchPage that found them, if one did.
    """
    routes = routes_for(programs)
    return [
        Card(
            program=program,
            offerings=program.published_offerings,
            route=routes[program.pk],
            matches=page.matches.get(program.pk, ()) if page else (),
            distance=page.distances.get(program.pk) if page else None,
        )
        for program in programs
    ]
