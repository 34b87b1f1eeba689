"""Writing, changing and deleting notes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TypedDict

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import NoteState, NoteVisibility, NotificationKind, RequestKind, RequestState, Verb
from advising.exceptions import AdvisingError
from advising.models import Alert, Appointment, Attachment, Note, NoteVersion, StudentProfile
from advising.querysets import made_just_now
from advising.services.attachments import Upload, attach_files, stored_files
from advising.services.notifications import notify
from advising.types import User
from programs.models import Certification, JobTitle, Program

TEXT = ("topic", "body", "kind", "contact_type", "occurred_at", "visibility")
"""What a version keeps."""


class NoteFacts(TypedDict, total=False):
    """What a note says, and what it is about."""

    topic: str
    body: str
    kind: str
    contact_type: str
    occurred_at: datetime
    visibility: str
    appointment: Appointment | None
    alert: Alert | None


class NoteLinks(TypedDict, total=False):
    """The pages of the directory that a note links to."""

    programs: Sequence[Program]
    certifications: Sequence[Certification]
    job_titles: Sequence[JobTitle]


def write_note(
    student: StudentProfile,
    *,
    user: User,
    publish: bool,
    facts: NoteFacts,
    links: NoteLinks,
    files: Iterable[Upload] = (),
) -> Note:
    """Add a note.

    Author, role and unit are taken from ``user``, as they are today. What is sent twice, links and files too, becomes
    one note. Raises AdvisingError when the user may not, or when a file cannot be kept.
    """
    with stored_files(list(files), user=user) as attachments, transaction.atomic():
        if not policy.can(user, Verb.WRITE_NOTE, student):
            raise AdvisingError("You cannot write a note about this student.")
        # Held until the end, so that two clicks make one note.
        StudentProfile.objects.select_for_update().get(pk=student.pk)
        facts = {"appointment": None, "alert": None, **facts}
        state = NoteState.PUBLISHED if publish else NoteState.DRAFT
        lately = student.notes.filter(made_just_now(), author=user, state=state, version=1)
        twins = (note for note in lately.filter(**facts) if _holds(note, links, attachments))
        if twin := next(twins, None):
            return twin
        note = Note(
            student=student,
            author=user,
            author_name=str(user)[:200],
            author_role=policy.role_of(user),
            unit=user.advisor_profile.unit,
            **facts,
        )
        _save(note, publish=publish, links=links, attachments=attachments)
        return note


def _holds(note: Note, links: NoteLinks, attachments: list[Attachment]) -> bool:
    """Whether the note has exactly these links and files."""

    def contents(files: Iterable[Attachment]) -> list[tuple[str, str]]:
        return sorted((file.name, file.sha256) for file in files)

    return (
        set(note.programs.all()) == set(links.get("programs", ()))
        and set(note.certifications.all()) == set(links.get("certifications", ()))
        and set(note.job_titles.all()) == set(links.get("job_titles", ()))
        and contents(note.attachments.all()) == contents(attachments)
    )


def change_note(
    note: Note,
    *,
    user: User,
    publish: bool,
    facts: NoteFacts,
    links: NoteLinks,
    files: Iterable[Upload] = (),
    version: int,
    confirmed: bool = False,
) -> Note:
    """Change a draft in place, or a published note with its earlier text kept as a version; what ``facts`` leave out
    stays as it is.

    ``version`` is the one the user was looking at. Raises AdvisingError when the user may not, when someone changed
    the note meanwhile, when more people could read it and that is not ``confirmed``, when a draft is to be published
    about a student with whom the user no longer works, or when a file cannot be kept.
    """
    with stored_files(list(files), user=user) as attachments, transaction.atomic():
        note = Note.objects.select_for_update().get(pk=note.pk)
        if not policy.can(user, Verb.EDIT, note):
            raise AdvisingError("You cannot change this note.")
        if note.version != version:
            raise AdvisingError("This note was changed meanwhile. Open it again to see the present text.")
        if publish and not policy.can(user, Verb.WRITE_NOTE, note.student):
            raise AdvisingError("You no longer work with this student, so the draft cannot be published.")
        before = {name: getattr(note, name) for name in TEXT}
        is_changed = any(before[name] != facts.get(name, before[name]) for name in TEXT)
        if note.state == NoteState.PUBLISHED:
            if policy.widens(note.visibility, facts.get("visibility", note.visibility)) and not confirmed:
                raise AdvisingError("More people could read this note than before. Confirm that you want this.")
            if is_changed:
                NoteVersion.objects.create(note=note, number=note.version, replaced_by=user, **before)
        if is_changed:
            note.version += 1
        for name, value in facts.items():
            setattr(note, name, value)
        was_shared = note.state == NoteState.PUBLISHED and before["visibility"] == NoteVisibility.STUDENT
        _save(note, publish=publish, links=links, attachments=attachments, was_shared=was_shared)
        return note


def _save(
    note: Note, *, publish: bool, links: NoteLinks, attachments: list[Attachment], was_shared: bool = False
) -> None:
    if publish and note.state == NoteState.DRAFT:
        note.state, note.published_at = NoteState.PUBLISHED, timezone.now()
    if note.state == NoteState.PUBLISHED and not note.body.strip():
        raise AdvisingError("A note needs a text before it is published.")
    note.save()
    note.programs.set(links.get("programs", []))
    note.certifications.set(links.get("certifications", []))
    note.job_titles.set(links.get("job_titles", []))
    attach_files(note, attachments)
    is_shared = note.state == NoteState.PUBLISHED and note.visibility == NoteVisibility.STUDENT
    if is_shared and not was_shared:
        notify(
            [note.student.user],
            kind=NotificationKind.NOTE,
            subject=f"{note.author_name} shared a note with you",
            link=reverse("advising:note", args=[note.pk]),
            key=f"note-{note.pk}-{note.version}",
        )


@transaction.atomic
def delete_note(note: Note, *, user: User, reason: str) -> None:
    """Leave a tombstone: that there was a note, and why it went. The text stays among its versions, seen by nobody.

    A draft was never part of the record and leaves nothing. Raises AdvisingError when the user may not, gives no
    reason, or while the student waits to inspect the record.
    """
    note = Note.objects.select_for_update().get(pk=note.pk)
    if not policy.can(user, Verb.DELETE, note):
        raise AdvisingError("You cannot delete this note.")
    if note.state == NoteState.DRAFT:
        for attachment in note.attachments.all():
            transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)))
        note.attachments.all().delete()
        note.delete()
        return
    if note.student.record_requests.filter(kind=RequestKind.INSPECT, state=RequestState.OPEN).exists():
        # 34 CFR 99.10(e)
        raise AdvisingError("The student has asked to see this record. Nothing is deleted before that is answered.")
    if not reason.strip():
        raise AdvisingError("Say why the note is deleted.")
    NoteVersion.objects.create(
        note=note, number=note.version, replaced_by=user, **{name: getattr(note, name) for name in TEXT}
    )
    note.topic = note.body = ""
    note.version += 1
    note.state, note.deleted_at, note.deleted_by, note.delete_reason = (
        NoteState.DELETED,
        timezone.now(),
        user,
        reason.strip()[:300],
    )
    note.save()
