"""The student's own consents: who may receive which records, for what purpose, from when to when."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising.choices import Verb
from advising.forms import ConsentForm
from advising.models import Consent
from advising.pages import (
    PageRequest,
    fetch,
    own_record,
    paginate,
    posted,
    record_page,
    refusals_as_errors,
    refusals_as_messages,
)
from advising.services import consents as service
from programs.decorators import require_safe_or_post

A_PAGE = 25


@require_safe
@record_page
def consent_list(request: PageRequest) -> HttpResponse:
    """Mine, the newest first, each with what was disclosed on it; those that are over stay."""
    rows = Consent.objects.visible_to(request.user).filter(student=own_record(request)).prefetch_related("disclosures")
    page = paginate(request, rows, A_PAGE)
    return render(request, "advising/consents/list.html", {"page": page})


@require_safe_or_post
@record_page
def consent_create(request: PageRequest) -> HttpResponse:
    student = own_record(request)
    form = ConsentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.give_consent(student, user=request.user, **form.cleaned_data)
            messages.success(request, "Your consent is signed. You can withdraw it at any time.")
            return redirect("advising:consents")
    return render(request, "advising/consents/new.html", {"form": form})


@require_POST
@record_page
def consent_withdraw(request: PageRequest, consent_id: int) -> HttpResponse:
    consent = fetch(request, Consent, pk=consent_id, verb=Verb.EDIT)
    with refusals_as_messages(request):
        service.withdraw_consent(consent, user=request.user)
        messages.success(request, "The consent is withdrawn. Nothing more may be disclosed on it.")
    return redirect("advising:consents")
