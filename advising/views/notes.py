"""Notes: the list of a student's, one note, writing, changing, deleting, and their files."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import NoteState, Verb
from advising.forms import NoteForm, ReasonForm
from advising.models import Attachment, Note, NoteVersion, RecordRequest, StudentProfile
from advising.pages import PageRequest, fetch, is_number, paginate, posted, record_page, refusals_as_errors
from advising.querysets import NoteQuerySet
from advising.reads.audience import audience_of
from advising.services import notes as service
from programs.decorators import require_safe_or_post

A_PAGE = 25


def note_page(request: PageRequest, notes: NoteQuerySet, **context: Any) -> HttpResponse:
    """A page of ``notes``; ``q`` finds words in those that one may read, and in no other."""
    text = request.GET.get("q", "").replace("\0", "")[:200].strip()
    if text:
        notes = notes.saying(text, user=request.user)
    page = paginate(request, notes.select_related("unit", "student__user"), A_PAGE)
    return render(request, "advising/notes.html", {"page": page, "q": text, **context})


@require_safe
@record_page
def own_note_list(request: PageRequest) -> HttpResponse:
    """What I wrote, drafts included, and what was shared with me."""
    mine = Q(author=request.user) | Q(student__user=request.user)
    return note_page(request, Note.objects.filter(mine).known_to(request.user), is_mine=True)


@require_safe
@record_page
def note_list(request: PageRequest, student_id: int) -> HttpResponse:
    student = fetch(request, StudentProfile, pk=student_id)
    context = {"student": student, "may_write": policy.can(request.user, Verb.WRITE_NOTE, student)}
    return note_page(request, Note.objects.filter(student=student).known_to(request.user), **context)


@require_safe
@record_page
def note_detail(request: PageRequest, note_id: int) -> HttpResponse:
    note = fetch(request, Note, pk=note_id, log=True)
    context = {
        "note": note,
        "student": note.student,
        "links": [
            *note.programs.published().select_related("organization"),
            *note.certifications.published(),
            *note.job_titles.published(),
        ],
        "opening": RecordRequest.objects.opening()
        .filter(student=note.student_id, decided_at__gte=note.published_at or timezone.now())
        .order_by("-decided_at"),
        "versions": NoteVersion.objects.visible_to(request.user).filter(note=note),
        "may_edit": policy.can(request.user, Verb.EDIT, note),
        "is_staff": policy.is_advisor(request.user),
        "readers": audience_of(note, note.visibility, student=note.student, user=request.user).readers
        if note.author_id == request.user.pk
        else None,
    }
    return render(request, "advising/note.html", context)


@require_safe
@record_page
def note_as_student(request: PageRequest, note_id: int) -> HttpResponse:
    """The note as its student finds it; for the author, before or after sharing."""
    note = fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    context = {
        "note": note,
        "audience": audience_of(note, note.visibility, student=note.student, user=request.user),
        "statements": note.record_requests.with_statement().values_list("statement", flat=True),
    }
    return render(request, "advising/note_as_student.html", context)


@require_safe_or_post
@record_page
def note_edit(request: PageRequest, student_id: int | None = None, note_id: int | None = None) -> HttpResponse:
    """A new note about a student, or a change of one of mine; "preview" shows who will read it, and the student's
    view, without saving anything."""
    note = None if note_id is None else fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    student = note.student if note else fetch(request, StudentProfile, pk=student_id, verb=Verb.WRITE_NOTE)
    action = request.POST.get("action", "")
    publish = action == "publish" or bool(note and note.state == NoteState.PUBLISHED)
    given = {name: request.GET[name] for name in ("appointment", "alert") if is_number(request.GET.get(name))}
    form = NoteForm(
        posted(request),
        request.FILES or None,
        instance=copy(note),  # a form writes on what it is given, valid or not
        student=student,
        user=request.user,
        publish=publish,
        initial={} if note else given,
    )
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and action != "preview":
        written: dict[str, Any] = {
            "user": request.user,
            "publish": publish,
            "facts": form.facts(),
            "links": form.linked(),
            "files": form.cleaned_data["files"],
        }
        with refusals_as_errors(form):
            if note:
                version = form.cleaned_data["version"] or 0
                confirmed = form.cleaned_data["confirm"]
                saved = service.change_note(note, version=version, confirmed=confirmed, **written)
            else:
                saved = service.write_note(student, **written)
            messages.success(request, "The note is published." if publish else "The draft is saved. Only you see it.")
            return redirect("advising:note", saved.pk)
    context = {
        "form": form,
        "note": note,
        "student": student,
        "audience": audience_of(note, form["visibility"].value(), student=student, user=request.user),
        "is_preview": is_valid and action == "preview",
    }
    return render(request, "advising/note_form.html", context)


@require_safe
@record_page
def note_reader_list(request: PageRequest, student_id: int) -> HttpResponse:
    """Who would read a note of the visibility chosen: the list beside the form, or a page of its own."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.WRITE_NOTE)
    mine = Note.objects.visible_to(request.user).filter(author=request.user, student=student)
    note = mine.filter(pk=request.GET["note"]).first() if is_number(request.GET.get("note")) else None
    context = {"audience": audience_of(note, request.GET.get("visibility", ""), student=student, user=request.user)}
    return render(request, f"advising/{'_readers' if request.htmx else 'readers'}.html", context)


@require_safe_or_post
@record_page
def note_delete(request: PageRequest, note_id: int) -> HttpResponse:
    note = fetch(request, Note, pk=note_id, verb=Verb.DELETE)
    is_draft = note.state == NoteState.DRAFT
    form = ReasonForm(posted(request))
    form.fields["reason"].required = not is_draft
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.delete_note(note, user=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "The draft is gone." if is_draft else "The note is deleted; the reason stays.")
            return redirect("advising:student_notes", note.student_id)
    return render(request, "advising/note_delete.html", {"form": form, "note": note, "is_draft": is_draft})


@require_safe
@record_page
def attachment_download(request: PageRequest, note_id: int, attachment_id: int) -> FileResponse:
    """The file itself, always as a download: nothing that was uploaded is shown as a page of this site."""
    file = fetch(request, Attachment, pk=attachment_id, note_id=note_id, log=True)
    return FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)
