"""What a student wants to talk about: on the agenda of the next meeting, or waiting for one to be booked."""

from django.db import transaction
from django.utils import timezone

from advising import policy
from advising.choices import AppointmentState
from advising.exceptions import AdvisingError
from advising.models import AgendaItem, Appointment, Note, StudentProfile
from programs.models import Certification, Guide, JobTitle, Program

COLUMNS = {Program: "program", Certification: "certification", JobTitle: "job_title"}
"""What an agenda item links to; a guide is named in words."""

LINKS = {"program": "programs", "certification": "certifications", "job_title": "job_titles"}
"""The relation of a note for each column of an agenda item."""

KINDS = {"program": Program, "certification": Certification, "career": JobTitle, "guide": Guide}


def name_of(record) -> str:
    """How a page of the directory is named in an address: "program:12"."""
    return f"{next(kind for kind, model in KINDS.items() if isinstance(record, model))}:{record.pk}"


def find_record(name: str):
    """The published record of ``name_of``, or None."""
    kind, _, number = name.partition(":")
    if kind not in KINDS or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return KINDS[kind].objects.published().filter(pk=number).first()


def next_appointment(student: StudentProfile) -> Appointment | None:
    booked = student.appointments.filter(state=AppointmentState.BOOKED, starts_at__gt=timezone.now())
    return booked.select_related("advisor__user").order_by("starts_at").first()


@transaction.atomic
def ask_to_discuss(student: StudentProfile, *, user, record=None, text: str = "") -> AgendaItem:
    """Put a record of the directory, or words, on the agenda of the next meeting; without one it waits.

    What is there already is not put there twice; new words take the place of the old. Raises AdvisingError when the
    user may not, or when there is nothing to discuss.
    """
    if not policy.can(user, "plan", student):
        raise AdvisingError("You cannot do this for that student.")
    text = text.strip()
    if isinstance(record, Guide):
        record, text = None, f"Guide: {record.title}" + (f". {text}" if text else "")
    if record is None and not text:
        raise AdvisingError("Say what you would like to discuss.")
    link = {COLUMNS[type(record)]: record} if record else {"program": None, "certification": None, "job_title": None}
    appointment = next_appointment(student)
    there = student.agenda_items.filter(discussed_at=None, **link)
    item = (there if record else there.filter(text=text[:300])).first()
    if item is None:
        return AgendaItem.objects.create(
            student=student, appointment=appointment, added_by=user, text=text[:300], **link
        )
    if item.appointment_id is None or item.appointment.starts_at <= timezone.now():
        item.appointment = appointment
    item.text = text[:300] or item.text
    item.save(update_fields=["appointment", "text"])
    return item


def remove_topic(item: AgendaItem, *, user) -> None:
    """Raises AdvisingError when the user may not, or when it was discussed already: then it is part of the record."""
    if not policy.can(user, "edit", item):
        raise AdvisingError("You cannot change this agenda.")
    if item.discussed_at:
        raise AdvisingError("This was discussed already and stays on the record.")
    item.delete()


def unlinked(note: Note) -> dict[str, list]:
    """Records on the agenda of the note's meeting that the note does not link, by the name of its relation."""
    found: dict[str, list] = {name: [] for name in LINKS.values()}
    if not note.appointment_id:
        return found
    linked = {name: set(getattr(note, name).values_list("pk", flat=True)) for name in found}
    rows = AgendaItem.objects.filter(appointment=note.appointment_id).select_related(
        "program__organization", "certification__issuer", "job_title"
    )
    for item in rows:
        for column, name in LINKS.items():
            record = getattr(item, column)
            if record and record.pk not in linked[name] and record not in found[name]:
                found[name].append(record)
    return found


@transaction.atomic
def link_agenda(note: Note, *, user) -> int:
    """Link the note to everything on the agenda of its meeting, which is thereby discussed; returns how many were new.

    Raises AdvisingError when the user may not change the note, or when it is about no meeting.
    """
    if not policy.can(user, "edit", note):
        raise AdvisingError("You cannot change this note.")
    if not note.appointment_id:
        raise AdvisingError("This note is about no meeting. Choose the meeting first.")
    new = unlinked(note)
    for name, records in new.items():
        getattr(note, name).add(*records)
    AgendaItem.objects.filter(appointment=note.appointment_id, discussed_at=None).update(discussed_at=timezone.now())
    return sum(map(len, new.values()))
