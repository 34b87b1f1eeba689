"""Notes: the list of a student's, one note, writing, changing, deleting, and their files."""

from copy import copy
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from advising import policy
from advising.choices import NoteState, NoteVisibility, Verb
from advising.exceptions import AdvisingError
from advising.forms import NoteForm, ReasonForm
from advising.models import Attachment, Note, NoteVersion, RecordRequest, StudentProfile
from advising.services import notes as service

from .base import fetch, is_number, record_page
from .typed import posted

A_PAGE = 25


@dataclass(frozen=True)
class Audience:
    """Who will read a note: the people, and what the student would see."""

    readers: list
    visibility: NoteVisibility
    student: StudentProfile

    @property
    def for_student(self) -> bool:
        return self.visibility == NoteVisibility.STUDENT


def audience(request, student, note: Note | None, visibility: str) -> Audience:
    visibility = NoteVisibility(visibility if visibility in NoteVisibility.values else NoteVisibility.TEAM)
    author = note.author if note else request.user
    readers = policy.readers(student=student, author=author, unit=note and note.unit_id, visibility=visibility)
    return Audience(readers, visibility, student)


def note_list(request, notes, **context):
    """A page of ``notes``; ``q`` finds words in those that one may read, and in no other."""
    text = request.GET.get("q", "").replace("\0", "")[:200].strip()
    if text:
        notes = notes.saying(text, user=request.user)
    page = Paginator(notes.select_related("unit", "student__user"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "advising/notes.html", {"page": page, "q": text, **context})


@require_safe
@record_page
def my_notes(request):
    """What I wrote, drafts included, and what was shared with me."""
    mine = Q(author=request.user) | Q(student__user=request.user)
    return note_list(request, Note.objects.filter(mine).known_to(request.user), is_mine=True)


@require_safe
@record_page
def student_notes(request, student_id: int):
    student = fetch(request, StudentProfile, pk=student_id)
    context = {"student": student, "may_write": policy.can(request.user, Verb.WRITE_NOTE, student)}
    return note_list(request, Note.objects.filter(student=student).known_to(request.user), **context)


@require_safe
@record_page
def note(request, note_id: int):
    record = fetch(request, Note, pk=note_id, log=True)
    context = {
        "note": record,
        "student": record.student,
        "links": [
            *record.programs.published().select_related("organization"),
            *record.certifications.published(),
            *record.job_titles.published(),
        ],
        "opening": RecordRequest.objects.opening()
        .filter(student=record.student_id, decided_at__gte=record.published_at or timezone.now())
        .order_by("-decided_at"),
        "versions": NoteVersion.objects.visible_to(request.user).filter(note=record),
        "may_edit": policy.can(request.user, Verb.EDIT, record),
        "is_staff": policy.is_advisor(request.user),
        "readers": audience(request, record.student, record, record.visibility).readers
        if record.author_id == request.user.pk
        else None,
    }
    return render(request, "advising/note.html", context)


@require_safe
@record_page
def note_as_student(request, note_id: int):
    """The note as its student finds it; for the author, before or after sharing."""
    record = fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    context = {
        "note": record,
        "audience": audience(request, record.student, record, record.visibility),
        "statements": record.record_requests.with_statement().values_list("statement", flat=True),
    }
    return render(request, "advising/note_as_student.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def note_form(request, student_id: int | None = None, note_id: int | None = None):
    """A new note about a student, or a change of one of mine; "preview" shows who will read it, and the student's
    view, without saving anything."""
    record = None if note_id is None else fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    student = record.student if record else fetch(request, StudentProfile, pk=student_id, verb=Verb.WRITE_NOTE)
    action = request.POST.get("action", "")
    publish = action == "publish" or bool(record and record.state == NoteState.PUBLISHED)
    given = {name: request.GET[name] for name in ("appointment", "alert") if is_number(request.GET.get(name))}
    form = NoteForm(
        posted(request),
        request.FILES or None,
        instance=copy(record),  # a form writes on what it is given, valid or not
        student=student,
        user=request.user,
        publish=publish,
        initial={} if record else given,
    )
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and action != "preview":
        values = {"user": request.user, "publish": publish, "facts": form.facts(), "links": form.linked()}
        files = form.cleaned_data["files"]
        try:
            if record:
                version = form.cleaned_data["version"] or 0
                confirmed = form.cleaned_data["confirm"]
                saved = service.change_note(record, files=files, version=version, confirmed=confirmed, **values)
            else:
                saved = service.write_note(student, files=files, **values)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The note is published." if publish else "The draft is saved. Only you see it.")
            return redirect("advising:note", saved.pk)
    context = {
        "form": form,
        "note": record,
        "student": student,
        "audience": audience(request, student, record, form["visibility"].value()),
        "is_preview": is_valid and action == "preview",
    }
    return render(request, "advising/note_form.html", context)


@require_safe
@record_page
def note_readers(request, student_id: int):
    """Who would read a note of the visibility chosen: the list beside the form, or a page of its own."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.WRITE_NOTE)
    mine = Note.objects.visible_to(request.user).filter(author=request.user, student=student)
    record = mine.filter(pk=request.GET["note"]).first() if is_number(request.GET.get("note")) else None
    context = {"audience": audience(request, student, record, request.GET.get("visibility", ""))}
    return render(request, f"advising/{'_readers' if request.htmx else 'readers'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def delete_note(request, note_id: int):
    record = fetch(request, Note, pk=note_id, verb=Verb.DELETE)
    is_draft = record.state == NoteState.DRAFT
    form = ReasonForm(posted(request))
    form.fields["reason"].required = not is_draft
    if request.method == "POST" and form.is_valid():
        try:
            service.delete_note(record, user=request.user, reason=form.cleaned_data["reason"])
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The draft is gone." if is_draft else "The note is deleted; the reason stays.")
            return redirect("advising:student_notes", record.student_id)
    return render(request, "advising/note_delete.html", {"form": form, "note": record, "is_draft": is_draft})


@require_safe
@record_page
def attachment(request, note_id: int, attachment_id: int):
    """The file itself, always as a download: nothing that was uploaded is shown as a page of this site."""
    file = fetch(request, Attachment, pk=attachment_id, note_id=note_id, log=True)
    return FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)
