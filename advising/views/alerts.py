"""Alerts: what waits, raising one, and the page on which it is answered."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms import AssignForm, CloseForm, RaiseAlertForm, RemarkForm, ReopenForm, StepForm
from advising.models import AdvisorProfile, Alert, AlertEvent, AlertReason, StudentProfile
from advising.pages import PageRequest, fetch, paginate, posted, record_page, refusals_as_errors
from advising.services import alerts as service
from programs.decorators import require_safe_or_post

A_PAGE = 25

LISTS = {"mine": "Mine", "queue": "Waiting in my unit", "unit": "All of my unit", "raised": "Raised by me"}

RAISED = "The alert is raised. You will be told what becomes of it."
JOINED = "An alert about this is open already. Yours was added to it, and you will be told what becomes of it."


class Step(NamedTuple):
    """How a page takes a step: its form, the service that it calls, and what is said afterwards."""

    form: type[StepForm]
    take: Callable[..., object]
    done: str


STEPS = {
    "acknowledge": Step(
        StepForm, service.acknowledge_alert, "You have taken note of it. Those who raised it are told."
    ),
    "start": Step(StepForm, service.start_alert, "It is in progress. Those who raised it are told."),
    "assign": Step(AssignForm, service.assign_alert, "It is handed on."),
    "remark": Step(RemarkForm, service.remark_on_alert, "The remark is saved."),
    "close": Step(CloseForm, service.close_alert, "It is closed. Those who raised it are told how it ended."),
    "reopen": Step(ReopenForm, service.reopen_alert, "It is open again, with its full time to answer."),
}
"""By the name of the button."""


@require_safe
@record_page
def alert_list(request: PageRequest) -> HttpResponse:
    """Open ones first, the one due soonest on top. Who does not advise finds what they raised."""
    if not policy.is_staff(request.user):
        raise PermissionDenied
    mine = AdvisorProfile.objects.active().filter(user=request.user)
    unit = Q(unit__in=mine.values("unit"))
    visible = Alert.objects.visible_to(request.user)
    found = {
        "mine": visible.filter(owner__in=mine),
        "queue": visible.filter(unit).in_queue(),
        "unit": visible.filter(unit),
        "raised": visible.raised_by(request.user),
    }
    is_advisor = mine.exists()
    names = list(LISTS) if is_advisor else ["raised"]
    wanted = request.GET.get("show", "")
    shown = wanted if wanted in names else names[0]
    rows = found[shown].select_related("student__user", "reason", "unit", "owner__user")
    rows = rows.order_by(F("closed_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "-raised_at", "-pk")
    context = {
        "page": paginate(request, rows, A_PAGE),
        "lists": [(name, LISTS[name], found[name].open().count()) for name in names],
        "shown": shown,
    }
    return render(request, "advising/alerts/list.html", context)


@require_safe_or_post
@record_page
def alert_raise(request: PageRequest, student_id: int | None = None) -> HttpResponse:
    """About a student whose record one sees, or whose number or address one knows."""
    if not policy.is_staff(request.user):
        raise PermissionDenied
    student = fetch(request, StudentProfile, pk=student_id) if student_id else None
    form = RaiseAlertForm(posted(request), student=student)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("reason", "text", "private_text")}
        with refusals_as_errors(form):
            alert, is_new = service.raise_alert(form.student, user=request.user, **facts)
            messages.success(request, RAISED if is_new else JOINED)
            return redirect(alert)
    context = {"form": form, "student": student, "has_reasons": AlertReason.objects.filter(is_active=True).exists()}
    return render(request, "advising/alerts/raise.html", context)


@require_safe_or_post
@record_page
def alert_detail(request: PageRequest, alert_id: int) -> HttpResponse:
    """One alert: whole, with the next steps, for those who answer; its state and their own words for its raisers."""
    is_step = request.method == "POST"
    alert = fetch(request, Alert, pk=alert_id, verb=Verb.WORK if is_step else Verb.VIEW, log=not is_step)
    works = is_step or bool(policy.can(request.user, Verb.WORK, alert))
    forms: dict[str, StepForm] = {}
    refusal = ""
    if works:
        data = posted(request) or QueryDict()
        action = data.get("action", "")
        forms = {
            name: step.form(data if name == action else None, alert=alert, prefix=name) for name, step in STEPS.items()
        }
        if is_step and action in forms and forms[action].is_valid():
            try:
                STEPS[action].take(alert, user=request.user, **forms[action].cleaned_data)
            except AdvisingError as error:
                refusal = str(error)
                alert.refresh_from_db()
            else:
                messages.success(request, STEPS[action].done)
                return redirect(still_seen(request, alert))
    events = AlertEvent.objects.visible_to(request.user).filter(alert=alert).select_related("user")
    context = {
        "alert": alert,
        "student": alert.student,
        "works": works,
        "forms": forms,
        "refusal": refusal,
        "events": events,
    }
    return render(request, "advising/alerts/alert.html", context)


def still_seen(request: PageRequest, alert: Alert) -> Alert | str:
    """The alert, or the list for someone whose last tie to it was handed on."""
    return alert if policy.can(request.user, Verb.VIEW, alert) else "advising:alerts"
