"""Invitations to book: the unit's campaigns, one of them, and a new one from a filtered list."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms.appointments import CampaignForm, InviteFilterForm
from advising.models import Campaign, StudentProfile
from advising.services import campaigns as service
from advising.services.places import has_hours

from .availability import own_advisor
from .base import fetch, record_page
from .typed import posted


@require_safe
@record_page
def campaigns(request):
    own_advisor(request)
    found = Campaign.objects.visible_to(request.user).select_related("advisor__user")
    context = {"campaigns": found.annotate(invited=Count("invitations"))}
    return render(request, "advising/appointments/campaigns.html", context)


@require_safe
@record_page
def campaign(request, campaign_id: int):
    record = fetch(request, Campaign, pk=campaign_id)
    # Whom the advisor may no longer see is counted, and not named.
    invitations = service.with_booking(record.invitations.all())
    visible = StudentProfile.objects.visible_to(request.user).values("pk")
    context = {
        "campaign": record,
        "invitations": invitations.filter(student__in=visible).select_related("student__user"),
        "total": invitations.count(),
        "booked": invitations.filter(has_booked=True).count(),
    }
    return render(request, "advising/appointments/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def new_campaign(request):
    """Filter, choose, write, send; who is not in the list cannot be invited."""
    advisor = own_advisor(request)
    students = service.invitable_students(advisor)
    filters = InviteFilterForm(request.GET)
    # A value that does not fit lists nobody, and its message stands beside it.
    shown = students if filters.is_valid() else students.none()
    facts = filters.cleaned_data
    if facts.get("who") != "unit":
        shown = shown.filter(pk__in=service.own_students(advisor))
    if facts.get("quiet"):
        shown = service.not_met_since(shown, facts["quiet"])
    shown = list(shown)
    form = CampaignForm(posted(request), students=shown)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.create_campaign(advisor, user=request.user, **form.cleaned_data)
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Invited: {made.invitations.count()}.")
            return redirect("advising:campaign", made.pk)
    context = {"form": form, "filters": filters, "count": len(shown), "has_hours": has_hours(advisor)}
    return render(request, "advising/appointments/new_campaign.html", context)


@require_POST
@record_page
def remind_campaign(request, campaign_id: int):
    record = fetch(request, Campaign, pk=campaign_id, verb=Verb.EDIT)
    try:
        count = service.remind_invited(record, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
    else:
        told = f"Reminded: {count}." if count else "Everyone has booked, or was reminded within the last day."
        messages.success(request, told)
    return redirect("advising:campaign", record.pk)
