"""What a student wants to talk about: on the agenda of the next meeting, or waiting for one to be booked."""

from collections.abc import Iterable
from typing import TypeAlias, TypedDict, cast

from django.db import transaction
from django.utils import timezone

from advising import policy
from advising.choices import AppointmentState, Verb
from advising.exceptions import AdvisingError
from advising.models import AgendaItem, Appointment, Note, StudentProfile
from advising.types import Target, User
from programs.models import Certification, Guide, JobTitle, Program

DirectoryPage: TypeAlias = Target | Guide
"""What has a page in the directory."""

COLUMNS: dict[type[Target], str] = {Program: "program", Certification: "certification", JobTitle: "job_title"}
"""By which column an agenda item, or an item to do, links to a record."""

LINKS = {"program": "programs", "certification": "certifications", "job_title": "job_titles"}
"""The relation of a note for each column of an agenda item."""

KINDS: dict[str, type[Program] | type[Certification] | type[JobTitle] | type[Guide]] = {
    "program": Program,
    "certification": Certification,
    "career": JobTitle,
    "guide": Guide,
}


class Link(TypedDict, total=False):
    """The one column of an agenda item that names its record."""

    program: Program
    certification: Certification
    job_title: JobTitle


def link_to(record: Target) -> Link:
    return cast(Link, {COLUMNS[type(record)]: record})


def name_of(record: DirectoryPage) -> str:
    """How a page of the directory is named in an address: "program:12"."""
    return f"{next(kind for kind, model in KINDS.items() if isinstance(record, model))}:{record.pk}"


def find_record(name: str) -> DirectoryPage | None:
    """The published record of ``name_of``, or None."""
    kind, _, number = name.partition(":")
    if kind not in KINDS or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return KINDS[kind].objects.published().filter(pk=number).first()


def next_appointment(student: StudentProfile) -> Appointment | None:
    booked = student.appointments.filter(state=AppointmentState.BOOKED, starts_at__gt=timezone.now())
    return booked.select_related("advisor__user").order_by("starts_at").first()


About: TypeAlias = tuple[int | None, int | None, int | None] | str


def about(item: AgendaItem) -> About:
    """What makes two topics the same one: their record, or else their words."""
    records = (item.program_id, item.certification_id, item.job_title_id)
    return records if any(records) else " ".join(item.text.split()).casefold()


def standing_topics(student_id: int) -> dict[About, AgendaItem]:
    """What the student still has to discuss, by what it is ``about``."""
    return {about(item): item for item in AgendaItem.objects.filter(student=student_id, discussed_at=None)}


@transaction.atomic
def ask_to_discuss(
    student: StudentProfile, *, user: User, record: DirectoryPage | None = None, text: str = ""
) -> AgendaItem:
    """Put a record of the directory, or words, on the agenda of the next meeting; without one it waits.

    What is there already is not put there twice; new words take the place of the old. Raises AdvisingError when the
    user may not, or when there is nothing to discuss.
    """
    if not policy.can(user, Verb.PLAN, student):
        raise AdvisingError("You cannot do this for that student.")
    text = text.strip()
    guide = f"Guide: {record.title}" if isinstance(record, Guide) else ""
    topic = None if isinstance(record, Guide) else record
    if topic is None and not (text or guide):
        raise AdvisingError("Say what you would like to discuss.")
    # Held until the end, so that two clicks make one topic.
    StudentProfile.objects.select_for_update(no_key=True).get(pk=student.pk)
    link = link_to(topic) if topic else Link()
    said = ". ".join(filter(None, [guide, text]))[:300]
    wanted = AgendaItem(student=student, appointment=next_appointment(student), added_by=user, text=said, **link)
    standing = standing_topics(student.pk)
    item = standing.get(about(wanted)) or (_on_guide(standing.values(), guide) if guide else None)
    if not item:
        wanted.save()
        return wanted
    if item.appointment is None or item.appointment.starts_at <= timezone.now():
        item.appointment = wanted.appointment
    item.text = said if text else item.text
    item.save(update_fields=["appointment", "text"])
    return item


def _on_guide(items: Iterable[AgendaItem], guide: str) -> AgendaItem | None:
    return next((item for item in items if item.text == guide or item.text.startswith(f"{guide}. ")), None)


def take_up(appointment: Appointment) -> None:
    """Put what waits for the student's next meeting on the agenda of this one."""
    appointment.student.agenda_items.filter(appointment=None, discussed_at=None).update(appointment=appointment)


def add_topics(appointment: Appointment, topics: Iterable[Link], *, user: User) -> None:
    """Put records of the directory on the agenda, each once: one that stood on another agenda comes from there."""
    standing = standing_topics(appointment.student_id)
    for topic in topics:
        wanted = AgendaItem(student=appointment.student, added_by=user, **topic)
        item = standing.setdefault(about(wanted), wanted)
        item.appointment = appointment
        item.save()


def let_wait(appointment: Appointment) -> None:
    """Take the topics of a meeting that did not take place off its agenda: they wait for the next one.

    One that stands elsewhere by now is joined with that. ``take_back`` undoes it.
    """
    there = list(appointment.agenda_items.all())
    standing = {key: item for key, item in standing_topics(appointment.student_id).items() if item not in there}
    for item in there:
        kept = standing.setdefault(about(item), item)
        if kept is item:
            kept.appointment = kept.discussed_at = None
        else:
            kept.text = kept.text or item.text
            item.delete()
        kept.taken_from = appointment
        kept.save()


def take_back(appointment: Appointment) -> None:
    """Return the topics of ``let_wait``, wherever they stand by now, except what was discussed elsewhere."""
    AgendaItem.objects.filter(taken_from=appointment, discussed_at=None).update(
        appointment=appointment, taken_from=None
    )


def remove_topic(item: AgendaItem, *, user: User) -> None:
    """Raises AdvisingError when the user may not, or when it was discussed already: then it is part of the record."""
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this agenda.")
    if item.discussed_at:
        raise AdvisingError("This was discussed already and stays on the record.")
    item.delete()


def unlinked(note: Note) -> dict[str, list[Target]]:
    """Records on the agenda of the note's meeting that the note does not link, by the name of its relation."""
    found: dict[str, list[Target]] = {name: [] for name in LINKS.values()}
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
def link_agenda(note: Note, *, user: User) -> int:
    """Link the note to everything on the agenda of its meeting, which is thereby discussed; returns how many were new.

    Raises AdvisingError when the user may not change the note, or when it is about no meeting.
    """
    if not policy.can(user, Verb.EDIT, note):
        raise AdvisingError("You cannot change this note.")
    if not note.appointment_id:
        raise AdvisingError("This note is about no meeting. Choose the meeting first.")
    new = unlinked(note)
    for name, records in new.items():
        getattr(note, name).add(*records)
    AgendaItem.objects.filter(appointment=note.appointment_id, discussed_at=None).update(discussed_at=timezone.now())
    return sum(map(len, new.values()))
