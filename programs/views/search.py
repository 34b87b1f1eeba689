"""The results page, all choices of one filter, and names as a person types."""

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programs.models import Program
from programs.routes.cards import build_cards
from programs.search import LISTED, SORTS, ProgramFilterSet, SearchPage, facet_page, search
from programs.search import suggest as suggest_names
from programs.views.results_url import ResultsUrl, page_number, spoken_choices

CHIPS_SHOWN = 40
"""How many choices stand above the list, each with an address of its own; all of them are ticked beside it."""


@require_safe
def results(request):
    params = spoken_choices(request.GET)
    filterset = ProgramFilterSet(params)
    page = search(filterset, page=page_number(request))
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
        "sort_choices": SORTS.items(),
        "total_text": _total_text(page),
        "undo_url": url.exactly() if page.correction else "",
        "remedies": [(f"Without {remedy.label}", url.remedied(remedy), remedy.total) for remedy in page.remedies],
    }


@require_safe
def facet(request, name: str):
    """Every choice of one long filter with its count; ``find`` narrows the list."""
    if name not in LISTED:
        raise Http404("There is no such filter.")
    filterset, find = ProgramFilterSet(request.GET), request.GET.get("find", "")[:100].strip()
    context = {
        "name": name,
        "facet": facet_page(filterset, name, find=find),
        "find": find,
        "notes": filterset.notes,
        "form_params": ResultsUrl(filterset).pairs(without=(name,)),
        "chosen": filterset.to_query().chosen(name),
    }
    return render(request, "programs/facet.html", context)


@require_safe
def suggest(request):
    """Job titles, certifications, fields and schools that begin like ``q``, as JSON."""
    found = suggest_names(request.GET.get("q", "")[:100])
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
