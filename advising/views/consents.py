"""The student's own consents: who may receive which records, for what purpose, from when to when."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms import ConsentForm
from advising.models import Consent
from advising.services import consents as service

from .base import fetch, own_record, record_page
from .typed import posted

A_PAGE = 25


@require_safe
@record_page
def consents(request):
    """Mine, the newest first, each with what was disclosed on it; those that are over stay."""
    rows = Consent.objects.visible_to(request.user).filter(student=own_record(request)).prefetch_related("disclosures")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "advising/consents/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def new_consent(request):
    student = own_record(request)
    form = ConsentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.give_consent(student, user=request.user, **form.cleaned_data)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your consent is signed. You can withdraw it at any time.")
            return redirect("advising:consents")
    return render(request, "advising/consents/new.html", {"form": form})


@require_POST
@record_page
def withdraw_consent(request, consent_id: int):
    consent = fetch(request, Consent, pk=consent_id, verb=Verb.EDIT)
    try:
        service.withdraw_consent(consent, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The consent is withdrawn. Nothing more may be disclosed on it.")
    return redirect("advising:consents")
