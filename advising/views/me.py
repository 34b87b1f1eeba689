"""The student's own pages: all that matters today, and everything of the record that they may see."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import AppointmentState, GoalStatus
from advising.models import (
    ActionItem,
    AgendaItem,
    Appointment,
    Assignment,
    Attachment,
    Consent,
    DisclosureLog,
    Goal,
    Note,
    NoteVersion,
    RecordRequest,
    StudentProfile,
)
from advising.pages import PageRequest, own_record, record_page
from advising.reads.gap import gaps_for
from advising.reads.records import kept_programs

LISTED = 5


@require_safe
@record_page
def overview(request: PageRequest) -> HttpResponse:
    """My goal and the steps left, and everything else that is mine, a little of each. Others go to their own work."""
    user = request.user
    student = StudentProfile.objects.filter(user=user).select_related("user").first()
    if student is None:
        return redirect("advising:caseload" if policy.is_advisor(user) else "advising:notifications")
    of_mine = Q(student=student)
    disclosures = DisclosureLog.objects.visible_to(user).filter(of_mine)
    goals = Goal.objects.visible_to(user).filter(of_mine, status=GoalStatus.ACTIVE)
    context = {
        "student": student,
        "own_zone": student.time_zone,
        "gaps": gaps_for(goals.select_related("student", "job_title").order_by("priority", "pk")),
        "saved": list(kept_programs(student)),
        "advisors": Assignment.objects.visible_to(user)
        .active()
        .filter(of_mine)
        .select_related("advisor__user", "advisor__unit", "program"),
        "appointments": Appointment.objects.visible_to(user)
        .filter(of_mine, state=AppointmentState.BOOKED, ends_at__gte=timezone.now())
        .select_related("advisor__user")[:LISTED],
        "topics": AgendaItem.objects.visible_to(user)
        .filter(of_mine, discussed_at=None)
        .select_related("appointment", "program__organization", "certification__issuer", "job_title"),
        "items": ActionItem.objects.visible_to(user).open().filter(of_mine).order_by("due_on", "pk")[:LISTED],
        "notes": Note.objects.visible_to(user).filter(of_mine).select_related("unit")[:LISTED],
        "searches": student.saved_searches.all(),
        "requests": RecordRequest.objects.visible_to(user).filter(of_mine)[:LISTED],
        "disclosures": disclosures[:LISTED],
        "consents": Consent.objects.visible_to(user).standing().filter(of_mine)[:LISTED],
    }
    return render(request, "advising/me/page.html", context)


@require_safe
@record_page
def own_record_detail(request: PageRequest) -> HttpResponse:
    """Everything of my record that I may see, in one page to read or print (34 CFR 99.10)."""
    student, user = own_record(request), request.user
    of_mine = Q(student=student)
    notes = Note.objects.visible_to(user).filter(of_mine).order_by("occurred_at", "pk")
    versions: dict[int, list[NoteVersion]] = {}
    files: dict[int, list[Attachment]] = {}
    for version in NoteVersion.objects.visible_to(user).filter(note__in=notes.values("pk")).order_by("number"):
        versions.setdefault(version.note_id, []).append(version)
    for file in Attachment.objects.visible_to(user).filter(note__in=notes.values("pk")):
        files.setdefault(file.note_id, []).append(file)
    statements: dict[int, list[str]] = {}
    requests = RecordRequest.objects.visible_to(user).filter(of_mine).order_by("pk")
    requests = requests.select_related("decided_by", "hearing__presider")
    for asked in requests:
        if asked.note_id and asked.statement:
            statements.setdefault(asked.note_id, []).append(asked.statement)
    context = {
        "student": student,
        "printed_at": timezone.now(),
        "assignments": Assignment.objects.visible_to(user).filter(of_mine).select_related("advisor__user", "unit"),
        "gaps": gaps_for(
            Goal.objects.visible_to(user).filter(of_mine).select_related("student", "job_title").order_by("priority")
        ),
        "saved": kept_programs(student),
        "searches": student.saved_searches.all(),
        "appointments": Appointment.objects.visible_to(user).filter(of_mine).select_related("advisor__user"),
        "topics": AgendaItem.objects.visible_to(user)
        .filter(of_mine)
        .select_related("program__organization", "certification__issuer", "job_title"),
        "items": ActionItem.objects.visible_to(user).filter(of_mine),
        "notes": [
            (note, versions.get(note.pk, ()), files.get(note.pk, ()), statements.get(note.pk, ()))
            for note in notes.select_related("unit")
        ],
        "requests": requests,
        "opening": requests.opening()[:1],
        "consents": Consent.objects.visible_to(user).filter(of_mine),
        "disclosures": DisclosureLog.objects.visible_to(user).filter(of_mine).order_by("sequence"),
    }
    return render(request, "advising/me/record.html", context)
