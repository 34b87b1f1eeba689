"""What happened with one student, newest first: notes, meetings, alerts, things done, all as far as one may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import CharField, F, Model, QuerySet, Value
from django.utils import timezone

from advising import policy
from advising.choices import ItemState
from advising.models import ActionItem, Alert, Appointment, Note, RecordRequest, StudentProfile
from advising.types import User

A_PAGE = 15


@dataclass(frozen=True)
class Entry:
    """``kind`` is note, appointment, alert or item; ``record`` that row, a note with ``access`` and ``shown_body``."""

    at: datetime
    kind: str
    record: Model


def known(student: StudentProfile, user: User) -> dict[str, tuple[QuerySet[Model], str]]:
    """By kind: what ``user`` may know of that lies behind, and the column that says when."""
    of_student = {"student": student}
    now = timezone.now()
    return {
        "note": (Note.objects.filter(**of_student).known_to(user), "occurred_at"),
        "appointment": (Appointment.objects.visible_to(user).filter(starts_at__lt=now, **of_student), "starts_at"),
        "alert": (Alert.objects.visible_to(user).filter(**of_student), "raised_at"),
        "item": (ActionItem.objects.visible_to(user).filter(state=ItemState.DONE, **of_student), "done_at"),
    }


RELATED = {
    "note": ("unit", "student"),
    "appointment": ("advisor__user",),
    "alert": ("reason", "unit", "owner__user"),
    "item": ("done_by",),
}


def read_page(
    student: StudentProfile,
    *,
    user: User,
    number: str | int | None,
    known_rows: Mapping[str, Iterable[Model]] | None = None,
) -> Page[Entry]:
    """A page of the timeline, its ``object_list`` made of Entry; as many statements however long it is.

    ``known_rows`` are rows by kind, as far as ``user`` may know of them, that need not be read again. Whoever shows
    the page writes down ``reads`` of it.
    """
    sources, known_rows = known(student, user), known_rows or {}
    parts = [
        rows.order_by().annotate(what=Value(kind, CharField()), when=F(column)).values_list("when", "what", "pk")
        for kind, (rows, column) in sources.items()
    ]
    happened = list(parts[0].union(*parts[1:], all=True).order_by("-when", "what", "-pk"))
    page = Paginator(happened, A_PAGE).get_page(number)
    found = {(kind, row.pk): row for kind, rows in known_rows.items() for row in rows}
    for kind, (rows, _) in sources.items():
        wanted = [pk for _, of_kind, pk in page.object_list if of_kind == kind and (kind, pk) not in found]
        if wanted:
            found |= {(kind, row.pk): row for row in rows.filter(pk__in=wanted).select_related(*RELATED[kind])}
    page.object_list = [Entry(at, kind, found[kind, pk]) for at, kind, pk in page.object_list if (kind, pk) in found]
    add_statements(notes_of(page))
    return page


def add_statements(notes: list[Note]) -> None:
    """Give each note, which comes with ``access``, the student's ``statements`` on it where its text is shown: they
    go wherever the contested text goes (34 CFR 99.21(c)). One statement of SQL.
    """
    said: dict[int, list[str]] = {}
    shown = [note.pk for note in notes if note.access]
    for pk, text in RecordRequest.objects.filter(note__in=shown).with_statement().values_list("note", "statement"):
        said.setdefault(pk, []).append(text)
    for note in notes:
        note.statements = said.get(note.pk, [])


def reads(notes: Iterable[Note]) -> list[tuple[Note, policy.Decision]]:
    """What ``logs.log_each`` writes down of ``notes``, which come with ``access``; a closed note showed no text."""
    return [(note, policy.Decision(True, note.access)) for note in notes if note.access and note.shown_body]


def notes_of(page: Page[Entry]) -> list[Note]:
    """The notes on a page of the timeline."""
    return [entry.record for entry in page.object_list if isinstance(entry.record, Note)]
