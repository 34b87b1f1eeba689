"""Searches that a student keeps, and the address that stops their mail."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from advising.choices import SearchFrequency
from advising.exceptions import AdvisingError
from advising.forms.plans import SavedSearchForm
from advising.models import SavedSearch
from advising.services import searches as service
from programs.filters import ProgramFilterSet
from programs.models import Program
from programs.routes.cards import build_cards
from programs.views.results_url import ResultsUrl
from programs.views.search import answer

from .base import fetch, own_record, record_page
from .typed import posted


def choices_of(query: str) -> list[str]:
    """What a search asks for, in the words of the results page."""
    filterset = ProgramFilterSet(QueryDict(query))
    return [label for label, _ in ResultsUrl(filterset, answer(filterset)).chips()]


@require_safe
@record_page
def saved_searches(request):
    searches = own_record(request).saved_searches.all()
    return render(request, "advising/searches/list.html", {"searches": searches})


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def save_search(request):
    """Keep the search whose choices the address holds."""
    student = own_record(request)
    query = service.canonical(request.GET)
    choices = choices_of(query)
    name = ", ".join(choices)[:120]
    form = SavedSearchForm(posted(request), initial={"name": name, "frequency": SearchFrequency.WEEKLY})
    if request.method == "POST" and form.is_valid():
        try:
            saved = service.save_search(student, user=request.user, query=query, **form.cleaned_data)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The search is saved.")
            return redirect("advising:saved_search", saved.pk)
    return render(request, "advising/searches/new.html", {"form": form, "choices": choices, "query": query})


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def saved_search(request, search_id: int):
    """One search: what was new the last time, and how often to hear of it."""
    saved = fetch(request, SavedSearch, pk=search_id, verb="edit")
    if request.method == "POST" and "delete" in request.POST:
        service.delete_search(saved, user=request.user)
        messages.success(request, "The search is deleted. No more mail will come of it.")
        return redirect("advising:saved_searches")
    form = SavedSearchForm(posted(request), instance=saved)
    if request.method == "POST" and form.is_valid():
        try:
            service.change_search(saved, user=request.user, **form.cleaned_data)
        except AdvisingError as error:
            form.add_error("frequency", str(error))
        else:
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
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_search(request, token: str):
    """Stop the mail of one search without signing in. Mail programs post here (RFC 8058); a person is asked first."""
    saved = get_object_or_404(SavedSearch, token=token)
    if request.method == "POST":
        service.stop_mail(saved)
    is_stopped = request.method == "POST" or saved.frequency == SearchFrequency.NEVER
    return render(request, "advising/searches/stop.html", {"is_stopped": is_stopped})
