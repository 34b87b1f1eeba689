"""The results page while the database is away, from the snapshot that this process holds.

Search, filters and counts are those of any day. A card says what the snapshot knows of a program, and no more.
"""

from functools import partial
from operator import and_
from typing import NamedTuple

import numpy as np
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from programs.filters import ProgramFilterSet, SearchForm
from programs.models import Organization, Program
from programs.search import snapshot as snapshots
from programs.search.columns import LEVELS
from programs.search.engine import search
from programs.search.page import Match, SearchPage
from programs.search.snapshot import Snapshot

from .search import page_number, results_context


class RememberedForm(SearchForm):
    def clean_zip(self):
        if self.cleaned_data["zip"]:
            raise ValidationError("ZIP codes cannot be looked up at the moment.")
        return ""


class RememberedFilterSet(ProgramFilterSet):
    """The same filters; the records that they name are looked up in a snapshot."""

    class Meta(ProgramFilterSet.Meta):
        form = RememberedForm

    def __init__(self, data, snapshot: Snapshot):
        super().__init__(data)
        for name, labels in snapshot.labels.items():
            self.form.fields[name].existing = partial(and_, labels.keys())


class Card(NamedTuple):
    """``program`` and its school are not records: they hold what a card shows."""

    program: Program
    matches: tuple[Match, ...]


def remembered_results(request) -> HttpResponse | None:
    """The page that ``request`` asks for; None where this process has no snapshot. Asks the database for nothing."""
    snapshot = snapshots.remembered()
    if snapshot is None:
        return None
    filterset = RememberedFilterSet(request.GET, snapshot)
    page = search(filterset.to_query(page=page_number(request)), snapshot)
    context = results_context(filterset, page, cards_of(page, snapshot))
    context |= {"is_remembered": True, "card_template": "programs/_remembered_card.html", "facet_links": {}}
    response = render(request, "programs/remembered.html", context)
    response["Cache-Control"] = "no-store"
    return response


def cards_of(page: SearchPage, snapshot: Snapshot) -> list[Card]:
    columns = snapshot.columns
    cards = []
    for pk in page.ids:
        at = int(np.flatnonzero(columns.id == pk)[0])
        school = snapshot.schools[columns.school[at]]
        program = Program(
            pk=pk,
            name=snapshot.vocabulary.names[columns.name[at]],
            award_level=LEVELS[columns.level[at]],
            organization=Organization(name=school[2], city=school[5], state=school[6], is_fictional=school[10]),
        )
        cards.append(Card(program, page.matches.get(pk, ())))
    return cards
