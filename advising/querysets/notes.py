"""Notes, their earlier texts and their files."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat

from advising.choices import NoteState, NoteVisibility, Reason, Role
from advising.types import Asker, User

from .base import NOBODY, RecordQuerySet, Row, has_role, profile_of, ties
from .folding import Folded, fold


def note_rules(user: User, note: str = "", visibility: str = "visibility") -> dict[Reason, Q]:
    """Who reads a text about a student. ``note`` is the path to the note, ``visibility`` to what the text is under.

    author_only: nobody else, unless an administrator reveals this one note. team: who is assigned to the student.
    unit: also the author's unit, while it advises the student. advisors: also whoever else reaches the student.
    student: the team, the student, and the lead of a unit that advises the student. Emergency access reads what the
    team reads. A draft is its author's. A request to inspect opens all of it elsewhere (``services.inspection``).
    """
    mine = profile_of(user)
    tie = ties(user, f"{note}student_id")
    published = Q(**{f"{note}state": NoteState.PUBLISHED})

    def under(*visibilities: NoteVisibility) -> Q:
        return published & Q(**{f"{visibility}__in": visibilities})

    shared = under(NoteVisibility.TEAM, NoteVisibility.UNIT, NoteVisibility.ADVISORS, NoteVisibility.STUDENT)
    advisors = under(NoteVisibility.ADVISORS)
    peers = under(NoteVisibility.UNIT) & Q(**{f"{note}unit__in": mine.values("unit")})
    led = under(NoteVisibility.STUDENT) if has_role(user, Role.LEAD) else NOBODY
    opened = apps.get_model("advising.BreakGlass").objects.open()
    revealed = Q(Exists(opened.filter(user=user, note=OuterRef(f"{note}pk"))))
    return {
        Reason.AUTHOR: ~Q(**{f"{note}state": NoteState.DELETED}) & Q(**{f"{note}author__in": mine.values("user")}),
        Reason.SELF: under(NoteVisibility.STUDENT) & Q(**{f"{note}student__user": user}),
        Reason.ASSIGNED: shared & tie[Reason.ASSIGNED],
        Reason.UNIT: (advisors | peers | led) & tie[Reason.UNIT],
        Reason.OPEN_ALERT: advisors & tie[Reason.OPEN_ALERT],
        Reason.APPOINTMENT: advisors & tie[Reason.APPOINTMENT],
        Reason.BREAK_GLASS: (shared & tie[Reason.BREAK_GLASS]) | (published & revealed),
    }


class NoteQuerySet(RecordQuerySet[Row]):
    """``visible_to``: notes whose text the user may read. ``known_to``: those they may know of."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        return note_rules(user)

    def published(self) -> Self:
        return self.filter(state=NoteState.PUBLISHED)

    def known_to(self, user: Asker) -> Self:
        """What may be listed: every note one may read, and for those who reach the student the others' existence.

        The text of a row with an empty ``access`` never leaves the database: read ``shown_topic`` and ``shown_body``.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        exists = reduce(or_, ties(user).values()) & ~Q(state=NoteState.DRAFT)
        readable = reduce(or_, self.rules(user).values())
        return (
            self.filter(readable | exists)
            .with_access(user)
            .annotate(
                shown_topic=Case(When(access="", then=Value("")), default=F("topic")),
                shown_body=Case(When(access="", then=Value("")), default=F("body"), output_field=models.TextField()),
            )
            .defer("topic", "body")
        )

    def saying(self, text: str, *, user: Asker) -> Self:
        """Those that ``user`` may read and that hold the text in topic or body, however it is written; none for
        signs alone."""
        said = Folded(Concat("topic", Value("\n"), "body", output_field=models.TextField()))
        wanted = fold(text)
        return self.visible_to(user).alias(said=said).filter(said__contains=wanted) if wanted else self.none()


class NoteVersionQuerySet(RecordQuerySet[Row]):
    """An earlier text is read by those who may read both it, as it was shared then, and the note as it is now."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        still = Q(note__in=apps.get_model("advising.Note").objects.visible_to(user).values("pk"))
        return {reason: condition & still for reason, condition in note_rules(user, "note__").items()}


class AttachmentQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return note_rules(user, "note__", "note__visibility")
