"""What people say of themselves."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from advising.forms import AdvisorForm, NameForm, StudentForm
from advising.models import AdvisorProfile, StudentProfile

from .base import record_page
from .typed import posted


def profile(request, form_class, record, name: str):
    if record is None:
        raise Http404
    data = posted(request)
    forms = [NameForm(data, instance=request.user), form_class(data, instance=record)]
    # Both are asked, so that the faults of both are shown.
    are_valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(are_valid):
        with transaction.atomic():
            for form in forms:
                form.save()
        messages.success(request, "Your profile is saved.")
        return redirect(name)
    return render(request, "advising/profile.html", {"forms": forms, "is_student": form_class is StudentForm})


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def student_profile(request):
    record = StudentProfile.objects.filter(user=request.user).first()
    return profile(request, StudentForm, record, "advising:student_profile")


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def advisor_profile(request):
    record = AdvisorProfile.objects.active().filter(user=request.user).first()
    return profile(request, AdvisorForm, record, "advising:advisor_profile")
