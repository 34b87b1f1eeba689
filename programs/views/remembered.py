"""The results page while the database is away, from the snapshot that this process holds.

Search, filters and counts are those of any day. A card says what the snapshot knows of a program, and no more.
"""

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render

from programs.models import Organization, Program
from programs.search import Match, RememberedProgram, remembered

from .search import page_number, results_context


class Card(NamedTuple):
    """``program`` and its school are not records: they hold what a card shows."""

    program: Program
    matches: tuple[Match, ...]


def remembered_results(request) -> HttpResponse | None:
    """The page that ``request`` asks for; None where this process has no snapshot. Asks the database for nothing."""
    found = remembered(request.GET, page=page_number(request))
    if found is None:
        return None
    cards = [Card(_unsaved(pk, program), found.page.matches.get(pk, ())) for pk, program in found.programs.items()]
    context = results_context(found.filterset, found.page, cards)
    context |= {"is_remembered": True, "card_template": "programs/_remembered_card.html", "facet_links": {}}
    response = render(request, "programs/remembered.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _unsaved(pk: int, program: RememberedProgram) -> Program:
    school = program.school
    return Program(
        pk=pk,
        name=program.name,
        award_level=program.award_level,
        organization=Organization(
            name=school.name, city=school.city, state=school.state, is_fictional=school.is_fictional
        ),
    )
