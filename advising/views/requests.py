"""Requests of students about their record, the decisions on them, and the hearings."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Model, QuerySet, When
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import REQUEST_PENDING, AccessAction, RequestStep, Verb
from advising.exceptions import AdvisingError
from advising.forms import AskForm, DecisionForm, HearingForm, OutcomeForm, StatementForm
from advising.forms.requests import RequestStepForm
from advising.models import (
    ActionItem,
    AgendaItem,
    Appointment,
    Assignment,
    BreakGlass,
    Consent,
    DropIn,
    Note,
    RecordRequest,
)
from advising.pages import PageRequest, fetch, is_number, own_record, paginate, posted, record_page, refusals_as_errors
from advising.reads.records import whole_record
from advising.services import hearings
from advising.services import inspection as whole
from advising.services import requests as service
from advising.services.logs import log_access, log_each
from programs.decorators import require_safe_or_post

A_PAGE = 25

WRITTEN = {ActionItem: "created_at", Appointment: "created_at", Assignment: "created_at", DropIn: "joined_at"}
"""When others wrote a row that a request to inspect opens: what is written after its decision is not opened by it."""


@require_safe
@record_page
def request_list(request: PageRequest) -> HttpResponse:
    """My own requests, or those that I am to answer: first what waits for an answer, the oldest of it foremost."""
    is_keeper = policy.is_record_keeper(request.user)
    if not is_keeper:
        own_record(request)
    found = RecordRequest.objects.visible_to(request.user)
    waiting_since = Case(When(state__in=REQUEST_PENDING, then=F("created_at")))
    rows = found.select_related("student__user", "hearing").order_by(waiting_since.asc(nulls_last=True), "-pk")
    context = {
        "page": paginate(request, rows, A_PAGE),
        "is_keeper": is_keeper,
        "overdue": found.overdue().count() if is_keeper else 0,
    }
    return render(request, "advising/requests/list.html", context)


@require_safe_or_post
@record_page
def request_create(request: PageRequest) -> HttpResponse:
    """Ask to see my record, or with ``note`` to have that note corrected."""
    student = own_record(request)
    note, number = None, request.GET.get("note", "")
    if number:
        if not is_number(number):
            raise Http404
        note = fetch(request, Note, pk=number, verb=Verb.AMEND)
    form = AskForm(posted(request))
    form.fields["text"].label = "What is wrong, and what should it say?" if note else "What would you like to see?"
    form.fields["text"].required = note is not None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        with refusals_as_errors(form):
            if note:
                asked = service.ask_to_amend(note, user=request.user, text=text)
            else:
                asked = service.ask_to_inspect(student, user=request.user, text=text)
            messages.success(request, "Your request is with those who keep the record. You will hear from them here.")
            return redirect("advising:record_request", asked.pk)
    return render(request, "advising/requests/new.html", {"form": form, "note": note})


class Action(NamedTuple):
    """How a page takes a step: ``verb`` as the policy knows it, the form's class (None: a button), the service."""

    verb: Verb
    form: type[RequestStepForm] | None
    take: Callable[..., object]
    done: str


ACTIONS = {
    RequestStep.DECIDE: Action(
        Verb.DECIDE, DecisionForm, service.decide, "The decision is recorded, and the student is told."
    ),
    RequestStep.WITHDRAW: Action(Verb.EDIT, None, service.withdraw, "Your request is withdrawn."),
    RequestStep.ASK_HEARING: Action(
        Verb.EDIT, None, hearings.ask_for_hearing, "You have asked for a hearing. You will be told here when it is."
    ),
    RequestStep.ARRANGE: Action(
        Verb.DECIDE,
        HearingForm,
        hearings.arrange_hearing,
        "The hearing is arranged, and those who take part are told.",
    ),
    RequestStep.CLOSE: Action(
        Verb.DECIDE, OutcomeForm, hearings.close_hearing, "The outcome is recorded, and the student is told."
    ),
    RequestStep.STATE: Action(
        Verb.EDIT, StatementForm, service.attach_statement, "Your statement is attached and shown with the note."
    ),
}


@require_safe_or_post
@record_page
def request_detail(request: PageRequest, request_id: int) -> HttpResponse:
    """One request; ``action`` is the RequestStep that a POST takes."""
    asked = fetch(request, RecordRequest, pk=request_id, log=True)
    may = {verb: bool(policy.can(request.user, verb, asked)) for verb in (Verb.EDIT, Verb.DECIDE)}
    data = posted(request) or QueryDict()
    wanted = request.POST.get("action")
    step = RequestStep(wanted) if wanted in RequestStep.values else None
    if step and not may[ACTIONS[step].verb]:
        raise PermissionDenied
    open_steps = [name for name, action in ACTIONS.items() if may[action.verb] and asked.allows(name)]
    offered = {
        name: kind(data if name == data.get("action") else None, asked=asked) if kind else None
        for name, kind in ((name, ACTIONS[name].form) for name in open_steps)
    }
    if step:
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
        "may_inspect": policy.can(request.user, Verb.INSPECT, asked),
        "hearing": getattr(asked, "hearing", None),
        "note": asked.note if asked.note and policy.can(request.user, Verb.VIEW, asked.note) else None,
        "is_mine": may[Verb.EDIT],
        "steps": {name.value: form or True for name, form in offered.items()},
    }
    return render(request, "advising/requests/request.html", context)


@require_safe
@record_page
def record_inspect(request: PageRequest, request_id: int) -> HttpResponse:
    """The whole record that a request to inspect opens, to read and to print; whoever reads it is written down."""
    asked = fetch(request, RecordRequest, pk=request_id, verb=Verb.INSPECT, related=("student__user",))
    decision = policy.can(request.user, Verb.INSPECT, asked)
    student, moment = asked.student, whole.moment_of(asked)

    def rows(model: type[Model]) -> QuerySet[Any]:
        found = model._default_manager.filter(student=student)
        return found.filter(**{f"{WRITTEN[model]}__lte": moment}) if model in WRITTEN else found

    notes = whole.read_notes(asked, user=request.user)
    context = {
        **whole_record(student, rows),
        "asked": asked,
        "moment": moment,
        "is_mine": student.user_id == request.user.pk,
        "notes": notes,
        "notes_part": "advising/requests/_inspected_notes.html",
        "alerts": whole.read_alerts(asked, user=request.user),
        "alerts_part": "advising/requests/_inspected_alerts.html",
        "topics": rows(AgendaItem).select_related("program__organization", "certification__issuer", "job_title"),
        "drop_ins": rows(DropIn).select_related("unit"),
        "requests": rows(RecordRequest).select_related("decided_by", "hearing__presider").order_by("pk"),
        "consents": rows(Consent),
        "emergencies": rows(BreakGlass).filter(starts_at__lte=moment).select_related("user").order_by("pk"),
    }
    shown = [(note.note, decision) for note in notes if note.texts]
    log_each([(asked, decision), *shown], user=request.user, action=AccessAction.PRINTED, origin=request.origin)
    return render(request, "advising/requests/inspection.html", context)


@require_safe
@record_page
def inspected_download(request: PageRequest, request_id: int, attachment_id: int) -> FileResponse:
    """A file that the inspected record names."""
    asked = fetch(request, RecordRequest, pk=request_id, verb=Verb.INSPECT)
    file = whole.find_file(asked, attachment_id, user=request.user)
    if file is None:
        raise Http404
    log_access(file, user=request.user, decision=policy.can(request.user, Verb.INSPECT, asked), origin=request.origin)
    return FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)
