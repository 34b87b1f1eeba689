from dataclasses import replace

from django.shortcuts import redirect, render
from django.views.csrf import csrf_failure as refuse_form
from django.views.decorators.http import require_safe

from advising.pages import typed
from programs.models import Certification, JobTitleOccupation
from programs.search import LISTED, ProgramFilterSet, search

WAYS_IN = {"job": "By job title", "certification": "By certification", "field": "By field"}

TITLES_COMPARED = 200
"""Job titles with the most programs, among which those of the first page are found."""


@require_safe
def home(request):
    """The first page: the search box, and the ways in that hold most programs, with their numbers."""
    page = search(ProgramFilterSet({}), listed={**LISTED, "job": TITLES_COMPARED})
    facets = {facet.name: facet for facet in page.facets if facet.choices}
    if "job" in facets:
        facets["job"] = _one_of_each_occupation(facets["job"])
    if "certification" in facets:
        facets["certification"] = _with_full_names(facets["certification"])
    ways_in = [(heading, facets[name]) for name, heading in WAYS_IN.items() if name in facets]
    return render(request, "portal/home.html", {"page": page, "ways_in": ways_in})


def _with_full_names(facet):
    """Acronyms are enough beside results; who comes here first may not know them."""
    slugs = [choice.value for choice in facet.choices]
    names = {record.slug: str(record) for record in Certification.objects.filter(slug__in=slugs)}
    return replace(facet, choices=tuple(replace(one, label=names.get(one.value, one.label)) for one in facet.choices))


def _one_of_each_occupation(facet):
    """The title with most programs of each occupation: a dozen names of one job would hide all others."""
    slugs = [choice.value for choice in facet.choices]
    primary = JobTitleOccupation.objects.filter(job_title__slug__in=slugs, is_primary=True)
    occupation = dict(primary.values_list("job_title__slug", "occupation"))
    first = {}
    for choice in facet.choices:
        first.setdefault(occupation.get(choice.value, choice.value), choice)
    kept = tuple(first.values())[: LISTED["job"]]
    return replace(facet, choices=kept, hidden=facet.hidden + len(facet.choices) - len(kept))


def csrf_failure(request, reason=""):
    """A form that is older than its reader's present sign-in: its page is shown again with what was typed. Any other
    is refused, and so is a form that was made for somebody else.
    """
    if request.resolver_match.namespace == "advising" and typed.keep(request, is_checked=False):
        return redirect(request.get_full_path())
    return refuse_form(request, reason)
