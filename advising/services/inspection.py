"""The whole record, as a student who asked to inspect it may see it (34 CFR 99.10), and who keeps it before that.

What is shown is the record as it stood when the request was decided, whoever else may read it: a note, an alert or an
item of later is not opened by it, and the text of a note is that of then, with its earlier ones. Drafts were never
part of the record; of a note that was deleted before, its place is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from advising import policy
from advising.choices import NoteState, Verb
from advising.exceptions import AdvisingError
from advising.models import Alert, AlertEvent, Attachment, Note, NoteVersion, RecordRequest
from advising.types import User


@dataclass(frozen=True)
class Text:
    """What a note said, under which visibility; ``until`` it was replaced, None for what it said in the end."""

    topic: str
    body: str
    visibility: str
    until: datetime | None


@dataclass(frozen=True)
class InspectedNote:
    """``texts`` the last first, none of a deleted note; ``files`` and the student's ``statements`` with it."""

    note: Note
    texts: list[Text]
    files: list[Attachment]
    statements: list[str]


@dataclass(frozen=True)
class InspectedAlert:
    alert: Alert
    events: list[AlertEvent]


def moment_of(request: RecordRequest) -> datetime:
    """As of when the request opens the record: its decision, before that now."""
    return request.decided_at or timezone.now()


def refuse(request: RecordRequest, *, user: User) -> None:
    if not policy.can(user, Verb.INSPECT, request):
        raise AdvisingError("This request does not open the record to you.")


def read_notes(request: RecordRequest, *, user: User) -> list[InspectedNote]:
    """Every note that was published by then, of each visibility, oldest first. Raises AdvisingError."""
    refuse(request, user=user)
    moment = moment_of(request)
    notes = request.student.notes.exclude(state=NoteState.DRAFT).filter(published_at__lte=moment)
    notes = notes.select_related("unit").prefetch_related("versions", "attachments", "record_requests")
    return [
        InspectedNote(
            note,
            list(_texts(note, moment)),
            [file for file in note.attachments.all() if _is_there(note, moment) and file.uploaded_at <= moment],
            [asked.statement for asked in note.record_requests.all() if asked.statement],
        )
        for note in notes.order_by("occurred_at", "pk")
    ]


def _is_there(note: Note, moment: datetime) -> bool:
    return note.deleted_at is None or note.deleted_at > moment


def _texts(note: Note, moment: datetime) -> Iterator[Text]:
    """Those that the note had up to ``moment``, the last first."""
    if not _is_there(note, moment):
        return
    versions = sorted(note.versions.all(), key=lambda version: version.number)
    written: list[tuple[Note | NoteVersion, datetime | None]] = [(one, one.replaced_at) for one in versions]
    if note.state == NoteState.PUBLISHED:
        written.append((note, None))
    since, texts = note.published_at, []
    for text, until in written:
        if since and since <= moment:
            shown_until = until if until and until <= moment else None
            texts.append(Text(text.topic, text.body, text.get_visibility_display(), shown_until))
        since = until
    yield from reversed(texts)


def find_file(request: RecordRequest, number: int, *, user: User) -> Attachment | None:
    """A file of those that ``read_notes`` names. Raises AdvisingError."""
    found = (file for note in read_notes(request, user=user) for file in note.files)
    return next((file for file in found if file.pk == number), None)


def read_alerts(request: RecordRequest, *, user: User) -> list[InspectedAlert]:
    """Every alert about the student, with its steps and what is private to those who answer. Raises AdvisingError."""
    refuse(request, user=user)
    moment = moment_of(request)
    alerts = request.student.alerts.filter(raised_at__lte=moment).select_related("reason", "unit", "raiser")
    alerts = alerts.prefetch_related("events__user").order_by("raised_at", "pk")
    return [InspectedAlert(alert, [event for event in alert.events.all() if event.at <= moment]) for alert in alerts]
