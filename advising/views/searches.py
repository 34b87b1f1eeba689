"""Searches that a student keeps, and the address that stops their mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from advising.choices import SearchFrequency, Verb
from advising.forms.plans import SavedSearchForm
from advising.models import SavedSearch
from advising.pages import PageRequest, fetch, own_record, posted, record_page, refusals_as_errors
from advising.services import searches as service
from programs.decorators import require_safe_or_post
from programs.models import Program
from programs.routes.cards import build_cards
from programs.search import ProgramFilterSet, search
from programs.views.results_url import ResultsUrl


def choices_of(query: str) -> list[str]:
    """What a search asks for, in the words of the results page."""
    filterset = ProgramFilterSet(QueryDict(query))
    return [label for label, _ in ResultsUrl(filterset, search(filterset)).chips()]


@require_safe
@record_page
def saved_search_list(request: PageRequest) -> HttpResponse:
    searches = own_record(request).saved_searches.all()
    return render(request, "advising/searches/list.html", {"searches": searches})


@require_safe_or_post
@record_page
def saved_search_create(request: PageRequest) -> HttpResponse:
    """Keep the search whose choices the address holds."""
    student = own_record(request)
    query = service.canonical(request.GET)
    choices = choices_of(query)
    name = ", ".join(choices)[:120]
    form = SavedSearchForm(posted(request), initial={"name": name, "frequency": SearchFrequency.WEEKLY})
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            saved = service.save_search(student, user=request.user, query=query, **form.cleaned_data)
            messages.success(request, "The search is saved.")
            return redirect("advising:saved_search", saved.pk)
    return render(request, "advising/searches/new.html", {"form": form, "choices": choices, "query": query})


@require_safe_or_post
@record_page
def saved_search_edit(request: PageRequest, search_id: int) -> HttpResponse:
    """One search: what was new the last time, and how often to hear of it."""
    saved = fetch(request, SavedSearch, pk=search_id, verb=Verb.EDIT)
    if request.method == "POST" and "delete" in request.POST:
        service.delete_search(saved, user=request.user)
        messages.success(request, "The search is deleted. No more mail will come of it.")
        return redirect("advising:saved_searches")
    form = SavedSearchForm(posted(request), instance=saved)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form, "frequency"):
            service.change_search(saved, user=request.user, **form.cleaned_data)
            messages.success(request, "The search is changed.")
            return redirect("advising:saved_search", saved.pk)
    found = (
        Program.objects.published().for_cards().order_by("name", "pk").filter(pk__in=saved.new_ids[: service.SHOWN])
    )
    context = {
        "form": form,
        "saved": saved,
        "choices": choices_of(saved.query),
        "fits": service.fits(saved.query),
        "cards": build_cards(list(found)),
        "hidden": max(0, len(saved.new_ids) - service.SHOWN),
    }
    return render(request, "advising/searches/search.html", context)


@csrf_exempt
@require_safe_or_post
@never_cache
def saved_search_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail of one search without signing in. Mail programs post here (RFC 8058); a person is asked first."""
    saved = get_object_or_404(SavedSearch, token=token)
    if request.method == "POST":
        service.stop_mail(saved)
    is_stopped = request.method == "POST" or saved.frequency == SearchFrequency.NEVER
    return render(request, "advising/searches/stop.html", {"is_stopped": is_stopped})
