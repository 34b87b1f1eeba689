"""Notes, every earlier text of them, and the files they carry. No ``__str__`` holds a text."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from advising.choices import ContactType, NoteKind, NoteState, NoteVisibility
from advising.querysets import AttachmentQuerySet, NoteQuerySet, NoteVersionQuerySet


class Note(models.Model):
    """What an advisor wrote about a student.

    ``author_name``, ``author_role`` and ``unit`` say who the author was when writing. A published text is never
    overwritten: ``services.notes`` keeps the earlier one as a NoteVersion. Of a deleted note only its place, its
    versions and the reason remain; ``topic`` and ``body`` are then empty.
    """

    student = models.ForeignKey("advising.StudentProfile", models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes_written")
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=40)
    unit = models.ForeignKey("advising.Unit", models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=16, choices=NoteKind, default=NoteKind.GENERAL)
    contact_type = models.CharField(max_length=10, choices=ContactType, default=ContactType.IN_PERSON)
    occurred_at = models.DateTimeField("when")
    topic = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    visibility = models.CharField(
        "who can read it", max_length=12, choices=NoteVisibility, default=NoteVisibility.TEAM
    )
    state = models.CharField(max_length=10, choices=NoteState, default=NoteState.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    programs = models.ManyToManyField("programs.Program", blank=True, related_name="+")
    certifications = models.ManyToManyField("programs.Certification", blank=True, related_name="+")
    job_titles = models.ManyToManyField("programs.JobTitle", blank=True, related_name="+")
    appointment = models.ForeignKey(
        "advising.Appointment", models.PROTECT, null=True, blank=True, related_name="notes"
    )
    alert = models.ForeignKey("advising.Alert", models.PROTECT, null=True, blank=True, related_name="notes")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    delete_reason = models.CharField(max_length=300, blank=True)

    # What reads add: ``with_access``, ``known_to`` and ``services.timeline``.
    access: str
    shown_topic: str
    shown_body: str
    statements: list[str]

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(
                fields=["student", "state", "-occurred_at"], name="note_student_state_when"
            ),  # timeline, last contact
            models.Index(
                fields=["author", "state", "-occurred_at"], name="note_author_state_when"
            ),  # my notes and drafts
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=NoteState.DRAFT, published_at__isnull=True)
                | Q(state=NoteState.PUBLISHED, published_at__isnull=False)
                | Q(state=NoteState.DELETED),
                name="note_published_has_its_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=NoteState.DELETED, deleted_at__isnull=False, body="", topic="") & ~Q(delete_reason="")
                )
                | (~Q(state=NoteState.DELETED) & Q(deleted_at__isnull=True, delete_reason="")),
                name="note_deleted_has_a_reason_and_no_text",
            ),
            models.CheckConstraint(
                condition=~Q(state=NoteState.PUBLISHED) | ~Q(body=""), name="note_published_has_text"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="note_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class NoteVersion(models.Model):
    """An earlier text of a published note with the visibility it had; ``number`` is the note's version then."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    kind = models.CharField(max_length=16, choices=NoteKind)
    contact_type = models.CharField(max_length=10, choices=ContactType)
    occurred_at = models.DateTimeField()
    visibility = models.CharField(max_length=12, choices=NoteVisibility)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(auto_now_add=True)

    objects = NoteVersionQuerySet.as_manager()

    class Meta:
        ordering = ["note", "-number"]
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of note {self.note_id}"


def private_storage():
    """Files kept outside every public path (``STORAGES["private"]``)."""
    return storages["private"]


class Attachment(models.Model):
    """A file of a note, seen by whom the note is seen. Served only by the view that checks and logs.

    ``name`` is what it was called, cleaned; ``content_type`` is what its bytes say it is; ``size`` is in bytes.
    """

    note = models.ForeignKey(Note, models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to="notes/%Y/%m", storage=private_storage, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["note", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & Q(size__gt=0), name="attachment_is_a_named_file"),
        ]

    def __str__(self) -> str:
        return f"Attachment {self.pk}"
