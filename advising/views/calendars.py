"""Appointments for calendars: one file, and the secret feed with its settings."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from advising.models import Appointment, CalendarFeed
from advising.pages import PageRequest, fetch, record_page
from advising.services import calendars as service
from programs.decorators import require_safe_or_post


def calendar_answer(content: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=disposition)


@require_safe
@record_page
def appointment_download(request: PageRequest, appointment_id: int) -> HttpResponse:
    appointment = fetch(request, Appointment, pk=appointment_id)
    return calendar_answer(service.calendar_file([appointment], user=request.user), f"appointment-{appointment.pk}")


@require_safe
@never_cache
def feed_download(request: HttpRequest, token: str) -> HttpResponse:
    """For calendars that fetch by themselves: whoever holds the token, as long as its owner is active."""
    user = service.feed_owner(token)
    if user is None:
        raise Http404
    return calendar_answer(service.feed_file(user), "waypoint")


@require_safe_or_post
@record_page
def feed_edit(request: PageRequest) -> HttpResponse:
    """Make a feed, replace its address, end it. The address is shown once, in the answer to the POST that made it."""
    context: dict[str, Any] = {}
    if request.method == "POST" and request.POST.get("action") == "end":
        service.end_feed(request.user)
        messages.success(request, "The feed has ended. Calendars that used its address get nothing more.")
        return redirect("advising:feed_settings")
    if request.method == "POST":
        address = reverse("advising:feed", args=[service.make_feed(request.user)])
        context["address"] = request.build_absolute_uri(address)
    context["feed"] = CalendarFeed.objects.visible_to(request.user).first()
    return render(request, "advising/appointments/feed.html", context)
