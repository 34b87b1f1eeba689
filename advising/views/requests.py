"""Requests of students about their record, the decisions on them, and the hearings."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, F, When
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advising import policy
from advising.choices import REQUEST_PENDING, RequestStep
from advising.exceptions import AdvisingError
from advising.forms import AskForm, DecisionForm, HearingForm, OutcomeForm, StatementForm
from advising.models import Note, RecordRequest
from advising.services import hearings
from advising.services import requests as service

from .base import fetch, own_record, record_page
from .typed import posted

A_PAGE = 25


@require_safe
@record_page
def record_requests(request):
    """My own requests, or those that I am to answer: first what waits for an answer, the oldest of it foremost."""
    is_keeper = policy.is_record_keeper(request.user)
    if not is_keeper:
        own_record(request)
    found = RecordRequest.objects.visible_to(request.user)
    waiting_since = Case(When(state__in=REQUEST_PENDING, then=F("created_at")))
    rows = found.select_related("student__user", "hearing").order_by(waiting_since.asc(nulls_last=True), "-pk")
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "is_keeper": is_keeper,
        "overdue": found.overdue().count() if is_keeper else 0,
    }
    return render(request, "advising/requests/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def new_request(request):
    """Ask to see my record, or with ``note`` to have that note corrected."""
    student = own_record(request)
    note, number = None, request.GET.get("note", "")
    if number:
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise Http404
        note = fetch(request, Note, pk=number, verb="amend")
    form = AskForm(posted(request))
    form.fields["text"].label = "What is wrong, and what should it say?" if note else "What would you like to see?"
    form.fields["text"].required = note is not None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if note:
                asked = service.ask_to_amend(note, user=request.user, text=text)
            else:
                asked = service.ask_to_inspect(student, user=request.user, text=text)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your request is with those who keep the record. You will hear from them here.")
            return redirect("advising:record_request", asked.pk)
    return render(request, "advising/requests/new.html", {"form": form, "note": note})


class Action(NamedTuple):
    """How a page takes a step: ``verb`` as the policy knows it, the form's class (None: a button), the service."""

    verb: str
    form: type[forms.Form] | None
    take: Callable
    done: str


ACTIONS = {
    RequestStep.DECIDE: Action(
        "decide", DecisionForm, service.decide, "The decision is recorded, and the student is told."
    ),
    RequestStep.WITHDRAW: Action("edit", None, service.withdraw, "Your request is withdrawn."),
    RequestStep.ASK_HEARING: Action(
        "edit", None, hearings.ask_for_hearing, "You have asked for a hearing. You will be told here when it is."
    ),
    RequestStep.ARRANGE: Action(
        "decide", HearingForm, hearings.arrange_hearing, "The hearing is arranged, and those who take part are told."
    ),
    RequestStep.CLOSE: Action(
        "decide", OutcomeForm, hearings.close_hearing, "The outcome is recorded, and the student is told."
    ),
    RequestStep.STATE: Action(
        "edit", StatementForm, service.attach_statement, "Your statement is attached and shown with the note."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def record_request(request, request_id: int):
    """One request; ``action`` is the RequestStep that a POST takes."""
    asked = fetch(request, RecordRequest, pk=request_id, log=True)
    may = {verb: bool(policy.can(request.user, verb, asked)) for verb in ("edit", "decide")}
    data = posted(request) or QueryDict()
    step = request.POST.get("action", "")
    if step in ACTIONS and not may[ACTIONS[step].verb]:
        raise PermissionDenied
    open_steps = [name for name, action in ACTIONS.items() if may[action.verb] and asked.allows(name)]
    offered = {
        name: form and form(data if name == data.get("action") else None, asked=asked)
        for name, form in ((name, ACTIONS[name].form) for name in open_steps)
    }
    if step in ACTIONS:
        action, form = ACTIONS[step], offered.get(step)
        try:
            service.refuse_step(asked, step)
            if form is None or form.is_valid():
                action.take(asked, user=request.user, **(form.cleaned_data if form else {}))
                messages.success(request, action.done)
                return redirect("advising:record_request", asked.pk)
        except AdvisingError as error:
            messages.error(request, str(error))
            return redirect("advising:record_request", asked.pk)
    context = {
        "asked": asked,
        "hearing": getattr(asked, "hearing", None),
        "note": asked.note if asked.note and policy.can(request.user, "view", asked.note) else None,
        "is_mine": may["edit"],
        "steps": {name.value: form or True for name, form in offered.items()},
    }
    return render(request, "advising/requests/request.html", context)
