"""Requests of students about their record, and the decisions on them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advising import policy
from advising.choices import RequestKind, RequestState
from advising.exceptions import AdvisingError
from advising.forms.plans import AskForm, DecisionForm
from advising.models import Note, RecordRequest
from advising.services import requests as service

from .base import fetch, own_record, record_page

A_PAGE = 25


@require_safe
@record_page
def record_requests(request):
    """My own requests, or those that I am to answer, open ones first."""
    is_keeper = policy.is_record_keeper(request.user)
    if not is_keeper:
        own_record(request)
    rank = Case(When(state=RequestState.OPEN, then=Value(0)), default=Value(1))
    found = RecordRequest.objects.visible_to(request.user).select_related("student__user").order_by(rank, "-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "advising/requests/list.html", {"page": page, "is_keeper": is_keeper})


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
    form = AskForm(request.POST or None)
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


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def record_request(request, request_id: int):
    """One request: ``action`` decides on it, takes it back, or attaches a statement."""
    asked = fetch(request, RecordRequest, pk=request_id, log=True)
    is_open = asked.state == RequestState.OPEN
    is_refused = (asked.kind, asked.state) == (RequestKind.AMEND, RequestState.REFUSED)
    may_decide = is_open and policy.can(request.user, "decide", asked)
    is_mine = bool(policy.can(request.user, "edit", asked))
    action = request.POST.get("action", "")
    deciding = DecisionForm(request.POST if action == "decide" else None) if may_decide else None
    stating = AskForm(request.POST if action == "state" else None, initial={"text": asked.statement})
    stating.fields["text"].label = "Your statement"
    try:
        if action == "decide" and not deciding:
            raise PermissionDenied
        if action in ("withdraw", "state") and not is_mine:
            raise PermissionDenied
        if action == "decide" and deciding.is_valid():
            service.decide(asked, user=request.user, **deciding.cleaned_data)
            return _done(request, asked, "The decision is recorded, and the student is told.")
        if action == "withdraw":
            service.withdraw(asked, user=request.user)
            return _done(request, asked, "Your request is withdrawn.")
        if action == "state" and stating.is_valid():
            service.attach_statement(asked, user=request.user, statement=stating.cleaned_data["text"])
            return _done(request, asked, "Your statement is attached and shown with the note.")
    except AdvisingError as error:
        messages.error(request, str(error))
        return redirect("advising:record_request", asked.pk)
    context = {
        "asked": asked,
        "note": asked.note if asked.note and policy.can(request.user, "view", asked.note) else None,
        "is_mine": is_mine,
        "may_withdraw": is_mine and is_open,
        "deciding": deciding,
        "stating": stating if is_mine and is_refused else None,
    }
    return render(request, "advising/requests/request.html", context)


def _done(request, asked: RecordRequest, text: str):
    messages.success(request, text)
    return redirect("advising:record_request", asked.pk)
