"""The advisor's own calendar: the week, one day with what became of each meeting, and the hours offered."""

from collections import Counter
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import Verb
from advising.forms.appointments import WhyForm, availability_formsets
from advising.models import AdvisorProfile, Appointment
from advising.pages import PageRequest, access_of, fetch, own_advisor, posted, record_page, refusals_as_errors
from advising.pages.weeks import make_week, monday_of, read_day
from advising.querysets import AppointmentQuerySet
from advising.services import booking as service
from advising.services import outcomes, places
from advising.services.availability import day_bounds, free_slots, local_day, outside_hours
from programs.decorators import require_safe_or_post


def own_meetings(request: PageRequest, advisor: AdvisorProfile, first: date, last: date) -> AppointmentQuerySet:
    begin, end = day_bounds(advisor, first, last)
    mine = Appointment.objects.visible_to(request.user).with_access(request.user)
    mine = mine.filter(advisor=advisor, starts_at__gte=begin, starts_at__lt=end)
    return mine.select_related("student__user", "advisor").prefetch_related("agenda_items")


def a_day(text: str) -> date:
    day = read_day(text, timezone.localdate())
    if day.isoformat() != text:
        raise Http404
    return day


@require_safe
@record_page
def calendar_week(request: PageRequest) -> HttpResponse:
    advisor = own_advisor(request)
    today = local_day(timezone.now(), advisor)
    monday = monday_of(read_day(request.GET.get("week", ""), today))
    last = monday + timedelta(days=6)
    meetings = own_meetings(request, advisor, monday, last).standing()
    free = Counter(local_day(slot.starts_at, advisor) for slot in free_slots(advisor, monday, last, with_notice=False))
    week = make_week(monday, meetings, lambda meeting: local_day(meeting.starts_at, advisor))
    context = {
        "advisor": advisor,
        "today": today,
        "week": week,
        "days": [(day, free[day.date]) for day in week.days],
    }
    return render(request, "advising/appointments/calendar.html", context)


@require_safe
@record_page
def calendar_day(request: PageRequest, day: str) -> HttpResponse:
    advisor, date_shown = own_advisor(request), a_day(day)
    meetings = own_meetings(request, advisor, date_shown, date_shown)
    # Each row's access is the policy's answer; one question for the page instead of one for each row.
    may_run = policy.is_advisor(request.user)
    rows = [(m, outcomes.next_states(m) if may_run and access_of(m).reason in policy.TIES else []) for m in meetings]
    context = {
        "advisor": advisor,
        "day": date_shown,
        "rows": rows,
        "corrections": outcomes.CORRECTIONS,
        "is_over": date_shown < local_day(timezone.now(), advisor),
        "closed": advisor.availability_exceptions.filter(day=date_shown, is_open=False, starts_at=None).exists(),
        "free": free_slots(advisor, date_shown, date_shown, with_notice=False),
        "colleagues": policy.led_by(request.user).active().select_related("user"),
    }
    return render(request, "advising/appointments/day.html", context)


@require_safe_or_post
@record_page
def own_day_cancel(request: PageRequest, day: str) -> HttpResponse:
    return close(request, own_advisor(request), a_day(day))


@require_safe_or_post
@record_page
def day_cancel(request: PageRequest, day: str, advisor_id: int) -> HttpResponse:
    """By a lead, for an advisor of their unit."""
    return close(request, fetch(request, AdvisorProfile, verb=Verb.CLOSE_DAY, pk=advisor_id), a_day(day))


def close(request: PageRequest, advisor: AdvisorProfile, day: date) -> HttpResponse:
    """Asks first, and says what would be cancelled."""
    is_own = advisor.user_id == request.user.pk
    if day < local_day(timezone.now(), advisor):
        messages.error(request, "This day is over. Nothing can be cancelled on it any more.")
        return redirect("advising:calendar_day", day)
    form = WhyForm(posted(request), help_text="The students and the advisor can read this.")
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            cancelled = service.cancel_day(advisor, day, user=request.user, reason=form.cleaned_data["reason"])
            count = len(cancelled)
            told = f"{count} appointment{'' if count == 1 else 's'} cancelled, and each student told." if count else ""
            whose = "The day" if is_own else f"The day of {advisor}"
            messages.success(request, f"{whose} is closed. {told}".strip())
            return redirect("advising:calendar_day", day)
    meetings = service.to_cancel(advisor, day)
    # A lead closes the day of a colleague, and yet knows by name only those whom the lead may see.
    named = meetings.filter(pk__in=Appointment.objects.visible_to(request.user).values("pk"))
    context = {
        "advisor": advisor,
        "is_own": is_own,
        "day": day,
        "form": form,
        "meetings": named.select_related("student__user"),
        "others": meetings.count() - named.count(),
    }
    return render(request, "advising/appointments/cancel_day.html", context)


@require_safe_or_post
@record_page
def availability_edit(request: PageRequest) -> HttpResponse:
    """Weekly hours, days that differ, and places, on one page with one button."""
    advisor = own_advisor(request)
    formsets = availability_formsets(advisor, posted(request))
    # All are asked, so that the faults of all are shown.
    are_valid = [formset.is_valid() for formset in formsets.values()]
    if request.method == "POST" and all(are_valid):
        with places.follow_places(advisor, user=request.user) as followed:
            for formset in formsets.values():
                formset.save()
        messages.success(request, f"Your hours are saved. {what_followed(len(followed))}")
        return redirect("advising:availability")
    context = {
        "advisor": advisor,
        "formsets": formsets,
        "outside": outside_hours(advisor),
        "misplaced": places.misplaced(advisor),
        "placeless": places.placeless_modes(advisor),
    }
    return render(request, "advising/appointments/availability.html", context)


def what_followed(count: int) -> str:
    if not count:
        return "Appointments that are booked already stay as they are."
    which = "One booked appointment is" if count == 1 else f"{count} booked appointments are"
    return f"{which} at the new place; each student is told, with a new calendar file. The others stay as they are."
