"""Advising records for tests, valid by default, like those of ``tests.factories``."""

import hashlib
from datetime import timedelta
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone

from advising import choices, models
from tests.factories import make_job_title, make_program, make_user

_numbers = count(1)


def make_unit(**values) -> models.Unit:
    return models.Unit.objects.create(**{"name": f"Unit {next(_numbers)}", **values})


def make_advisor(user=None, *, lead=False, **values) -> models.AdvisorProfile:
    """Of a unit of their own, unless ``unit`` is given."""
    user = user or make_user("Lead advisor" if lead else "Advisor", last_name=f"Advisor {next(_numbers)}")
    if "unit" not in values:
        values["unit"] = make_unit()
    return models.AdvisorProfile.objects.create(user=user, **values)


PLACES = {"in_person": "Room 4", "video": "https://meet.example.org/ada", "phone": "555-0140"}


def make_places(advisor, *modes) -> None:
    """One for each way of meeting, or for those of ``modes``."""
    models.MeetingPlace.objects.bulk_create(
        models.MeetingPlace(advisor=advisor, mode=mode, place=PLACES[mode]) for mode in modes or PLACES
    )


def place_key(advisor, mode: str) -> str:
    """What the booking page sends for the advisor's place of that mode."""
    return str(advisor.meeting_places.get(mode=mode).pk)


def make_student(user=None, **values) -> models.StudentProfile:
    user = user or make_user("Student", first_name="Student", last_name=str(next(_numbers)))
    return models.StudentProfile.objects.create(user=user, **values)


def make_assignment(student=None, advisor=None, **values) -> models.Assignment:
    """Primary, since a month ago, open."""
    advisor = advisor or make_advisor()
    return models.Assignment.objects.create(
        **{
            "student": student or make_student(),
            "advisor": advisor,
            "unit": advisor.unit,
            "kind": choices.AssignmentKind.PRIMARY,
            "starts_on": timezone.localdate() - timedelta(days=30),
            **values,
        }
    )


def make_note(student=None, author=None, **values) -> models.Note:
    """Published, for the team; ``author`` is an AdvisorProfile."""
    author = author or make_advisor()
    values = {"state": choices.NoteState.PUBLISHED, **values}
    if values["state"] == choices.NoteState.PUBLISHED:
        values.setdefault("published_at", timezone.now())
    return models.Note.objects.create(
        **{
            "student": student or make_student(),
            "author": author.user,
            "author_name": str(author),
            "author_role": "Advisor",
            "unit": author.unit,
            "occurred_at": timezone.now(),
            "topic": "Choosing a program",
            "body": "We compared two programs.",
            "visibility": choices.NoteVisibility.TEAM,
            **values,
        }
    )


def make_attachment(note=None, *, name="plan.txt", content=b"Step one: apply.", **values) -> models.Attachment:
    note = note or make_note()
    return models.Attachment.objects.create(
        **{
            "note": note,
            "file": ContentFile(content, name=f"{next(_numbers)}"),
            "name": name,
            "content_type": "text/plain",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "uploaded_by": note.author,
            **values,
        }
    )


def make_appointment(student=None, advisor=None, *, starts_in=timedelta(days=1), **values) -> models.Appointment:
    """Half an hour, tomorrow, booked by the student."""
    student = student or make_student()
    starts_at = timezone.now() + starts_in
    return models.Appointment.objects.create(
        **{
            "student": student,
            "advisor": advisor or make_advisor(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "mode": choices.MeetingMode.VIDEO,
            "booked_by": student.user,
            **values,
        }
    )


def make_alert_reason(**values) -> models.AlertReason:
    return models.AlertReason.objects.create(**{"name": f"Reason {next(_numbers)}", "days_to_answer": 3, **values})


def make_alert(student=None, *, raiser=None, **values) -> models.Alert:
    """Open, in the queue of a unit of its own unless ``unit`` is given."""
    if "unit" not in values:
        values["unit"] = make_unit()
    if "reason" not in values:
        values["reason"] = make_alert_reason(unit=values["unit"])
    raiser = raiser or make_user("Advisor")
    alert = models.Alert.objects.create(
        student=student or make_student(), raiser=raiser, **{"text": "Missed two weeks.", **values}
    )
    models.AlertEvent.objects.create(alert=alert, kind=choices.AlertEventKind.RAISED, user=raiser, is_private=False)
    return alert


def make_break_glass(user, student, *, note=None, lasts=timedelta(hours=1), **values) -> models.BreakGlass:
    now = timezone.now()
    return models.BreakGlass.objects.create(
        **{
            "user": user,
            "student": student,
            "note": note,
            "reason": "A parent called in distress.",
            "starts_at": now - timedelta(minutes=1),
            "ends_at": now + lasts,
            **values,
        }
    )


def make_notification(user=None, **values) -> models.Notification:
    """Unread, waiting to be mailed."""
    return models.Notification.objects.create(
        **{
            "user": user or make_user("Student"),
            "kind": choices.NotificationKind.ITEM,
            "subject": f"Subject {next(_numbers)}",
            "link": "/advising/notifications/",
            **values,
        }
    )


def make_item(student=None, **values) -> models.ActionItem:
    """For the student to do, without a date."""
    values = {"title": f"Task {next(_numbers)}", **values}
    if "created_by" not in values:
        values["created_by"] = make_user("Advisor")
    return models.ActionItem.objects.create(student=student or make_student(), **values)


def make_template(unit=None, *, lines=("Call the school",), **values) -> models.ItemTemplate:
    """Of a unit of its own, with one line."""
    values = {"name": f"Template {next(_numbers)}", **values}
    if "created_by" not in values:
        values["created_by"] = make_user("Advisor")
    template = models.ItemTemplate.objects.create(unit=unit or make_unit(), **values)
    for order, title in enumerate(lines, start=1):
        template.items.create(title=title, order=order)
    return template


def make_goal(student=None, **values) -> models.Goal:
    """Toward a job title of its own, unless ``job_title`` is given."""
    if "job_title" not in values:
        values["job_title"] = make_job_title()
    return models.Goal.objects.create(student=student or make_student(), **values)


def make_step(goal=None, **values) -> models.PathwayItem:
    """A step in words, considered, unless a program or a certification is given."""
    if not {"program", "certification", "step"} & values.keys():
        values["step"] = f"Step {next(_numbers)}"
    return models.PathwayItem.objects.create(goal=goal or make_goal(), **values)


def make_saved_program(student=None, **values) -> models.SavedProgram:
    if "program" not in values:
        values["program"] = make_program()
    return models.SavedProgram.objects.create(student=student or make_student(), **values)


def make_saved_search(student=None, **values) -> models.SavedSearch:
    """Told daily, run just now."""
    return models.SavedSearch.objects.create(
        student=student or make_student(),
        **{
            "name": f"Search {next(_numbers)}",
            "query": f"q=word{next(_numbers)}",
            "frequency": choices.SearchFrequency.DAILY,
            "last_run_at": timezone.now(),
            **values,
        },
    )


def make_topic(student=None, **values) -> models.AgendaItem:
    """Words of the student, waiting for the next meeting."""
    student = student or make_student()
    return models.AgendaItem.objects.create(
        student=student, **{"text": "How do I pay for it?", "added_by": student.user, **values}
    )


def make_request(student=None, **values) -> models.RecordRequest:
    """To inspect, open."""
    return models.RecordRequest.objects.create(
        student=student or make_student(), **{"kind": choices.RequestKind.INSPECT, **values}
    )


def make_inspection(student=None, **values) -> models.RecordRequest:
    """A request to inspect, granted just now."""
    values = {"decided_by": values.pop("decided_by", None) or make_user("Administrator"), **values}
    return make_request(
        student, **{"state": choices.RequestState.GRANTED, "decision": "Yes.", "decided_at": timezone.now(), **values}
    )


def make_consent(student=None, **values) -> models.Consent:
    """In force since today, until it is withdrawn."""
    return models.Consent.objects.create(
        student=student or make_student(),
        **{
            "recipient": "Example Hospital",
            "records": "Program and dates",
            "purpose": "A reference",
            "starts_on": timezone.localdate(),
            **values,
        },
    )
