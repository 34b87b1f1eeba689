"""One student on one page: where they want to go, how far they are, what happened, and what comes next."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import ALERT_OPEN, AccessAction, AppointmentState, GoalStatus, ItemState, NoteVisibility, Verb
from advising.forms import NoteForm
from advising.models import (
    ActionItem,
    Alert,
    Appointment,
    Assignment,
    Goal,
    Note,
    SavedProgram,
    StudentProfile,
)
from advising.pages import PageRequest, access_of, fetch, record_page
from advising.reads.audience import audience_of
from advising.reads.gap import gaps_for
from advising.reads.records import alerts_of, meetings_of, whole_record
from advising.services import timeline
from advising.services.logs import log_each
from advising.types import User
from programs.choices import COUNTRY
from programs.figures import Figures, WageRange
from programs.models import JobTitle, Statistic

LISTED = 8

MAY = (Verb.WRITE_NOTE, Verb.ADD_ITEM, Verb.RAISE_ALERT, Verb.BOOK, Verb.PLAN, Verb.KEEP_RECORDS, Verb.SEE_DISCLOSURES)


@require_safe
@record_page
def record_detail(request: PageRequest, student_id: int) -> HttpResponse:
    """The page; that it was opened, and each text of a note on it, is written to the access log."""
    student = fetch(request, StudentProfile, pk=student_id, related=("user",))
    user, seen = request.user, access_of(student)
    meetings, alerts, items = meetings_of(student, user), alerts_of(student, user), items_of(student, user)
    known: dict[str, list[Any]] = {"appointment": meetings, "alert": alerts, "item": items}
    page = timeline.read_page(student, user=user, number=request.GET.get("page"), known_rows=known)
    log_each([(student, seen), *timeline.reads(timeline.notes_of(page))], user=user, origin=request.origin)
    context = {
        "student": student,
        "is_own": student.user_id == user.pk,
        "may": {verb: bool(decision) for verb, decision in policy.can_each(user, MAY, student, seen=seen).items()},
        "page": page,
        **plan_of(student, user),
        **to_come(student, user, meetings, alerts, items),
    }
    if context["may"][Verb.WRITE_NOTE]:
        context["form"] = NoteForm(student=student, user=user, meetings=meetings, alerts=alerts)
        context["audience"] = audience_of(None, NoteVisibility.TEAM, student=student, user=user)
    return render(request, "advising/record/record.html", context)


def plan_of(student: StudentProfile, user: User) -> dict[str, Any]:
    """``gap`` of the first goal that stands, the ``other_goals``, ``wages`` at the goal, and ``saved`` programs."""
    standing = Goal.objects.visible_to(user).filter(student=student).exclude(status=GoalStatus.SET_ASIDE)
    goals = list(standing.select_related("student", "job_title").order_by("status", "priority", "pk"))
    kept = SavedProgram.objects.visible_to(user).filter(student=student)
    saved = list(kept.select_related("program__organization"))
    return {
        "gap": next(iter(gaps_for(goals[:1], with_requirements=False)), None),
        "other_goals": goals[1:],
        "wages": wages_at(goals[0].job_title, student) if goals else [],
        "saved": saved,
        "compare": ",".join(str(row.program_id) for row in saved[:4] if row.program.is_public),
    }


def wages_at(title: JobTitle, student: StudentProfile) -> list[WageRange]:
    """What the title pays, else its primary occupation: in the student's state where that is known."""
    occupation = Q(occupation__job_title_links__job_title=title, occupation__job_title_links__is_primary=True)
    rows = Statistic.objects.filter(Q(job_title=title) | occupation).select_related("source").distinct()
    own = [row for row in rows if row.job_title_id]
    figures = Figures(own or rows, today=timezone.localdate(), area=student.state or COUNTRY)
    return figures.wages


def items_of(student: StudentProfile, user: User) -> list[ActionItem]:
    """All of the student's that ``user`` may see, the soonest due first."""
    found = ActionItem.objects.visible_to(user).filter(student=student).with_links()
    return list(found.order_by(F("due_on").asc(nulls_last=True), "pk"))


def to_come(
    student: StudentProfile, user: User, meetings: list[Appointment], alerts: list[Alert], items: list[ActionItem]
) -> dict[str, Any]:
    """Of these what is open, and who advises the student."""
    now = timezone.now()
    booked = [one for one in meetings if one.state == AppointmentState.BOOKED and one.starts_at >= now]
    team = Assignment.objects.visible_to(user).active().filter(student=student)
    return {
        "meetings": sorted(booked, key=lambda one: one.starts_at)[:LISTED],
        "alerts": [alert for alert in alerts if alert.state in ALERT_OPEN],
        "items": [item for item in items if item.state == ItemState.OPEN][:LISTED],
        "team": team.select_related("advisor__user", "unit", "program"),
    }


@require_safe
@record_page
def record_print(request: PageRequest, student_id: int) -> HttpResponse:
    """The whole record as one page for paper; as a file with ``download=1``. Both are written to the access log."""
    is_file = request.GET.get("download") == "1"
    verb, action = (Verb.EXPORT, AccessAction.EXPORTED) if is_file else (Verb.PRINT, AccessAction.PRINTED)
    student = fetch(request, StudentProfile, pk=student_id, verb=verb)
    user, decision = request.user, policy.can(request.user, verb, student)
    notes = Note.objects.filter(student=student).known_to(user).select_related("unit", "student")
    alerts = Alert.objects.visible_to(user).with_access(user).filter(student=student)
    context = {
        **whole_record(student, lambda model: model.objects.visible_to(user).filter(student=student)),
        "notes": list(notes.order_by("occurred_at", "pk")),
        "alerts": alerts.select_related("reason", "unit", "owner__user").order_by("raised_at", "pk"),
    }
    timeline.add_statements(context["notes"])
    read = [(student, decision), *timeline.reads(context["notes"])]
    log_each(read, user=request.user, action=action, origin=request.origin)
    if not is_file:
        context["may_export"] = policy.can(request.user, Verb.EXPORT, student)
        return render(request, "advising/record/print.html", context)
    answer = HttpResponse(content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="record-{student.student_number or student.pk}.html"'
    answer.write(render(request, "advising/record/file.html", context).content)
    return answer
