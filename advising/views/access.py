"""Unusual access and the two logs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from advising import policy
from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms import DisclosureForm, EmergencyForm, ReasonForm
from advising.models import AccessLog, BreakGlass, Consent, DisclosureLog, Note, StudentProfile
from advising.services import access as service
from advising.services.logs import record_disclosure

from .base import fetch, record_page
from .typed import posted

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def break_glass(request):
    """Emergency access to the student whom the user can name; the page says what will happen before it does."""
    if not policy.may_break_glass(request.user):
        raise PermissionDenied
    form = EmergencyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        student, reason = form.cleaned_data["student"], form.cleaned_data["reason"]
        try:
            service.break_glass(student, user=request.user, reason=reason, origin=request.origin)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.warning(request, "You have access to this record for one hour. The unit’s lead has been told.")
            return redirect("advising:student_notes", student.pk)
    return render(request, "advising/break_glass.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def reveal_note(request, note_id: int):
    """One closed note, to an administrator, for an hour."""
    note = fetch(request, Note, pk=note_id, verb=Verb.REVEAL)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.reveal_note(note, user=request.user, reason=form.cleaned_data["reason"], origin=request.origin)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.warning(request, "This note is open to you for one hour. The unit’s lead has been told.")
            return redirect("advising:note", note.pk)
    return render(request, "advising/reveal.html", {"form": form, "note": note})


@require_safe
@record_page
def emergency(request, glass_id: int):
    """One emergency access, for the lead who is told of it and for whoever took it."""
    glass = fetch(request, BreakGlass, pk=glass_id)
    return render(request, "advising/emergency.html", {"glass": glass, "is_open": glass.ends_at > timezone.now()})


@require_safe
@record_page
def access_log(request, student_id: int):
    """Who read a student's record; for the unit's lead and administrators."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.KEEP_RECORDS)
    rows = AccessLog.objects.visible_to(request.user).filter(student=student).select_related("actor")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "advising/access_log.html", {"page": page, "student": student})


@require_safe
@record_page
def my_disclosures(request):
    """The student's own: who received my record."""
    student = StudentProfile.objects.filter(user=request.user).first()
    if student is None:
        raise PermissionDenied
    return disclosures(request, student.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def disclosures(request, student_id: int):
    """Who received a student's record; the unit's lead and administrators also add to it."""
    student = fetch(request, StudentProfile, pk=student_id, verb=Verb.SEE_DISCLOSURES)
    may_record = policy.can(request.user, Verb.KEEP_RECORDS, student)
    form = None
    if may_record:
        initial = {"disclosed_on": timezone.localdate()}
        form = DisclosureForm(posted(request), student=student, initial=initial)
    elif request.method == "POST":
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            record_disclosure(student, user=request.user, **form.cleaned_data)
        except AdvisingError as error:
            form.add_error("consent", str(error))
        else:
            messages.success(request, "The disclosure is recorded. It cannot be changed.")
            return redirect("advising:disclosures", student.pk)
    rows = DisclosureLog.objects.visible_to(request.user).filter(student=student).select_related("consent")
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "student": student,
        "form": form,
        "consents": Consent.objects.visible_to(request.user).filter(student=student) if may_record else (),
        "is_mine": student.user_id == request.user.pk,
    }
    return render(request, "advising/disclosures.html", context)
