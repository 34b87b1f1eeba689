"""What people say of themselves."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from advising.forms import AdvisorForm, NameForm, StudentForm
from advising.models import AdvisorProfile, StudentProfile
from advising.pages import PageRequest, posted, record_page
from programs.decorators import require_safe_or_post


def edit_profile(
    request: PageRequest,
    form_class: type[StudentForm] | type[AdvisorForm],
    profile: StudentProfile | AdvisorProfile | None,
    name: str,
) -> HttpResponse:
    """``profile`` with the name of its user; ``name`` is the page's own."""
    if profile is None:
        raise Http404
    data = posted(request)
    forms = [NameForm(data, instance=request.user), form_class(data, instance=profile)]
    # Both are asked, so that the faults of both are shown.
    are_valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(are_valid):
        with transaction.atomic():
            for form in forms:
                form.save()
        messages.success(request, "Your profile is saved.")
        return redirect(name)
    return render(request, "advising/profile.html", {"forms": forms, "is_student": form_class is StudentForm})


@require_safe_or_post
@record_page
def student_edit(request: PageRequest) -> HttpResponse:
    profile = StudentProfile.objects.filter(user=request.user).first()
    return edit_profile(request, StudentForm, profile, "advising:student_profile")


@require_safe_or_post
@record_page
def advisor_edit(request: PageRequest) -> HttpResponse:
    profile = AdvisorProfile.objects.active().filter(user=request.user).first()
    return edit_profile(request, AdvisorForm, profile, "advising:advisor_profile")
