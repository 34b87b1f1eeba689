"""Unusual access and the two logs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import Verb
from advising.forms import DisclosureForm, EmergencyForm, ReasonForm
from advising.models import AccessLog, BreakGlass, Consent, DisclosureLog, Note, StudentProfile
from advising.pages import PageRequest, fetch, paginate, posted, record_page, refusals_as_errors
from advising.services import access as service
from advising.services.logs import record_disclosure
from programs.decorators import require_safe_or_post

A_PAGE = 50


@require_safe_or_post
@record_page
def emergency_start(request: PageRequest) -> HttpResponse:
    """Emergency access to the student whom the user can name; the page says what will happen before it does."""
    if not policy.may_break_glass(request.user):
        raise PermissionDenied
    form = EmergencyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        student, reason = form.cleaned_data["student"], form.cleaned_data["reason"]
        with refusals_as_errors(form):
            service.break_glass(student, user=request.user, reason=reason, origin=request.origin)
            messages.warning(request, "You have access to this record for one hour. The unit’s lead has been told.")
            return redirect("advising:student_notes", student.pk)
    return render(request, "advising/break_glass.html", {"form": form})


@require_safe_or_post
@record_page
def note_reveal(request: PageRequest, note_id: int) -> HttpResponse:
    """One closed note, to an administrator, for an hour."""
    note = fetch(request, Note, pk=note_id, verb=Verb.REVEAL)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.reveal_note(note, user=request.user, reason=form.cleaned_data["reason"], origin=request.origin)
            messages.warning(request, "This note is open to you for one hour. The unit’s lead has been told.")
            return redirect("advising:note", note.pk)
    return render(request, "advising/reveal.html", {"form": form, "note": note})


@require_safe
@record_page
def emergency_detail(request: PageRequest, glass_id: int) -> HttpResponse:
    """One emergency access, for the lead who is told of it and for whoever took it."""
    glass = fetch(request, BreakGlass, pk=glass_id)
    return render(request, "advising/emergency.html", {"glass": glass, "is_open": glass.ends_at > timezone.now()})


@require_safe
@record_page
def access_log_list(request: PageRequest, student_id: int) -> HttpResponse:
    """Who read a student's record; for the unit's lead and administrators."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.KEEP_RECORDS)
    rows = AccessLog.objects.visible_to(request.user).filter(student=student).select_related("actor")
    page = paginate(request, rows, A_PAGE)
    return render(request, "advising/access_log.html", {"page": page, "student": student})


@require_safe
@record_page
def own_disclosure_list(request: PageRequest) -> HttpResponseBase:
    """The student's own: who received my record."""
    student = StudentProfile.objects.filter(user=request.user).first()
    if student is None:
        raise PermissionDenied
    return disclosure_list(request, student.pk)


@require_safe_or_post
@record_page
def disclosure_list(request: PageRequest, student_id: int) -> HttpResponse:
    """Who received a student's record; the unit's lead and administrators also add to it."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.SEE_DISCLOSURES)
    may_record = policy.can(request.user, Verb.KEEP_RECORDS, student)
    if request.method == "POST" and not may_record:
        raise PermissionDenied
    form = None
    if may_record:
        initial = {"disclosed_on": timezone.localdate()}
        form = DisclosureForm(posted(request), student=student, initial=initial)
    if form and request.method == "POST" and form.is_valid():
        with refusals_as_errors(form, "consent"):
            record_disclosure(student, user=request.user, **form.cleaned_data)
            messages.success(request, "The disclosure is recorded. It cannot be changed.")
            return redirect("advising:disclosures", student.pk)
    rows = DisclosureLog.objects.visible_to(request.user).filter(student=student).select_related("consent")
    context = {
        "page": paginate(request, rows, A_PAGE),
        "student": student,
        "form": form,
        "consents": Consent.objects.visible_to(request.user).filter(student=student) if may_record else (),
        "is_mine": student.user_id == request.user.pk,
    }
    return render(request, "advising/disclosures.html", context)
