"""The results page, all choices of one filter, and names as a person types."""

from itertools import groupby
from operator import itemgetter

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programs.filters import ProgramFilterSet
from programs.models import Program
from programs.routes.cards import build_cards
from programs.search import snapshot as snapshots
from programs.search.counting import tally_facet
from programs.search.engine import FACET_LABELS, LISTED, best_choices, choice_label, search, text_mask
from programs.search.filtering import Conditions
from programs.search.page import Choice, Facet, SearchPage
from programs.search.without_snapshot import page_from_database
from programs.views.results_url import ResultsUrl, page_number, spoken_choices

RANKS = {
    "job": {0: "Described by our editors", 1: "Other titles that people use", 2: "General titles"},
    "occupation": {1: "Teaching and general occupations"},
}
"""Headings of a long filter's own page, by ``Snapshot.rank``; within each the choice that leaves most is first."""

CHOICES_LISTED = 500
"""How many choices of a long filter its own page lists; a box finds the others."""


CHIPS_SHOWN = 40
"""How many choices stand above the list, each with an address of its own; all of them are ticked beside it."""


@require_safe
def results(request):
    params = spoken_choices(request.GET)
    filterset = ProgramFilterSet(params)
    page = answer(filterset, page_number(request))
    found = Program.objects.for_cards().in_bulk(page.ids)
    cards = build_cards([found[pk] for pk in page.ids if pk in found and found[pk].is_public], page)
    response = render(request, "programs/search.html", results_context(filterset, page, cards))
    if params is not request.GET:
        response["HX-Push-Url"] = f"{request.path}?{params.urlencode()}"  # the search box follows the address
    return response


def results_context(filterset: ProgramFilterSet, page: SearchPage, cards: list) -> dict:
    """What ``programs/_results.html`` shows; the page needs ``form`` too."""
    url = ResultsUrl(filterset, page)
    chips = url.chips()
    return {
        "form": filterset.form,
        "notes": filterset.notes,
        "page": page,
        "cards": cards,
        "facets": page.facets,
        "facet_links": {name: url.of_facet(name) for name in LISTED},
        "chips": chips[:CHIPS_SHOWN],
        "chips_hidden": max(0, len(chips) - CHIPS_SHOWN),
        "clear_url": url.cleared(),
        "sort_choices": filterset.form.fields["sort"].choices,
        "total_text": _total_text(page),
        "undo_url": url.exactly() if page.correction else "",
        "remedies": [(f"Without {remedy.label}", url.remedied(remedy), remedy.total) for remedy in page.remedies],
    }


def answer(filterset: ProgramFilterSet, number: int = 1, **options) -> SearchPage:
    """A page of results: from the snapshot, or without counts from the database where there is none.

    ``options`` are those of ``search``.
    """
    query = filterset.to_query(page=number)
    snapshot = snapshots.current()
    return page_from_database(filterset.qs, query) if snapshot is None else search(query, snapshot, **options)


@require_safe
def facet(request, name: str):
    """Every choice of one long filter with its count; ``find`` narrows the list."""
    if name not in LISTED:
        raise Http404("There is no such filter.")
    filterset = ProgramFilterSet(request.GET)
    query, snapshot = filterset.to_query(), snapshots.current()
    ranked, find = [], request.GET.get("find", "")[:100].strip()
    if snapshot is not None:
        values, counts = tally_facet(Conditions(snapshot, query, text_mask(query, snapshot)), name)
        chosen = getattr(query, name)
        best = best_choices(snapshot, name, counts).tolist()
        ranks = snapshot.rank[name].tolist() if name in snapshot.rank else [0] * len(values)
        found = (
            (
                ranks[at],
                Choice(values[at], choice_label(snapshot, name, values[at]), int(counts[at]), values[at] in chosen),
            )
            for at in best
        )
        ranked = [(at, one) for at, one in found if one.selected or find.casefold() in one.label.casefold()]
    listed = [(rank, choice) for at, (rank, choice) in enumerate(ranked) if at < CHOICES_LISTED or choice.selected]
    context = {
        "facet": Facet(
            name, FACET_LABELS[name], tuple(choice for _, choice in listed), hidden=len(ranked) - len(listed)
        ),
        "groups": [
            (RANKS.get(name, {}).get(rank, ""), [choice for _, choice in of_rank])
            for rank, of_rank in groupby(listed, key=itemgetter(0))
        ],
        "find": find,
        "notes": filterset.notes,
        "counted": snapshot is not None,
        "form_params": ResultsUrl(filterset).pairs(without=(name,)),
        "chosen": getattr(query, name),
    }
    return render(request, "programs/facet.html", context)


@require_safe
def suggest(request):
    """Job titles, certifications, fields and schools that begin like ``q``, as JSON."""
    snapshot = snapshots.current()
    found = [] if snapshot is None else snapshot.suggester.suggest(request.GET.get("q", "")[:100])
    suggestions = [{"label": one.label, "kind": one.kind, "url": _url_of(one)} for one in found]
    return JsonResponse({"suggestions": suggestions})


def _url_of(suggestion) -> str:
    if suggestion.kind == "School":
        return reverse("programs:school", args=[suggestion.key])
    parameter = {"Job title": "job", "Certification": "certification", "Field of study": "field"}[suggestion.kind]
    return f"{reverse('programs:search')}?{parameter}={suggestion.key}"


def _total_text(page: SearchPage) -> str:
    if page.total is None:
        return "Programs by name"
    return f"{page.total:,} program{'' if page.total == 1 else 's'}"
