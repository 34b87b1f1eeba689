"""Invitations to book: the unit's campaigns, one of them, and a new one from a filtered list."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising.choices import Verb
from advising.forms.appointments import CampaignForm, InviteFilterForm
from advising.models import Campaign, StudentProfile
from advising.pages import (
    PageRequest,
    fetch,
    own_advisor,
    posted,
    record_page,
    refusals_as_errors,
    refusals_as_messages,
)
from advising.services import campaigns as service
from advising.services.places import has_hours
from programs.decorators import require_safe_or_post


@require_safe
@record_page
def campaign_list(request: PageRequest) -> HttpResponse:
    own_advisor(request)
    found = Campaign.objects.visible_to(request.user).select_related("advisor__user")
    context = {"campaigns": found.annotate(invited=Count("invitations"))}
    return render(request, "advising/appointments/campaigns.html", context)


@require_safe
@record_page
def campaign_detail(request: PageRequest, campaign_id: int) -> HttpResponse:
    campaign = fetch(request, Campaign, pk=campaign_id)
    # Whom the advisor may no longer see is counted, and not named.
    invitations = service.with_booking(campaign.invitations.all())
    visible = StudentProfile.objects.visible_to(request.user).values("pk")
    context = {
        "campaign": campaign,
        "invitations": invitations.filter(student__in=visible).select_related("student__user"),
        "total": invitations.count(),
        "booked": invitations.filter(has_booked=True).count(),
    }
    return render(request, "advising/appointments/campaign.html", context)


@require_safe_or_post
@record_page
def campaign_create(request: PageRequest) -> HttpResponse:
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
    listed = list(shown)
    form = CampaignForm(posted(request), students=listed)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            made = service.create_campaign(advisor, user=request.user, **form.cleaned_data)
            messages.success(request, f"Invited: {made.invitations.count()}.")
            return redirect("advising:campaign", made.pk)
    context = {"form": form, "filters": filters, "count": len(listed), "has_hours": has_hours(advisor)}
    return render(request, "advising/appointments/new_campaign.html", context)


@require_POST
@record_page
def campaign_remind(request: PageRequest, campaign_id: int) -> HttpResponse:
    campaign = fetch(request, Campaign, pk=campaign_id, verb=Verb.EDIT)
    with refusals_as_messages(request):
        count = service.remind_invited(campaign, user=request.user)
        told = f"Reminded: {count}." if count else "Everyone has booked, or was reminded within the last day."
        messages.success(request, told)
    return redirect("advising:campaign", campaign.pk)
