"""A student's appointments, one appointment, and booking, moving and cancelling it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import AppointmentState, Verb
from advising.exceptions import AdvisingError
from advising.forms.appointments import BookingForm, MeetingForm, PlaceForm, StateForm, WhyForm
from advising.models import AdvisorProfile, Appointment, AppointmentEvent, MeetingPlace, StudentProfile
from advising.pages import PageRequest, fetch, own_record, paginate, posted, record_page, refusals_as_errors
from advising.pages.weeks import make_week, monday_of, read_day, read_moment
from advising.querysets import AppointmentQuerySet
from advising.services import booking as service
from advising.services import meetings, outcomes, places
from advising.services.availability import Slot, free_slots, local_day, own_zone, zone_for
from advising.services.campaigns import open_invitations
from programs.decorators import require_safe_or_post

A_PAGE = 25
FURTHEST_DAYS = 180
"""How far ahead the free times are worked out, whatever notice an advisor allows."""


def student_to_book(request: PageRequest, student_id: int | None) -> StudentProfile:
    """One's own record, or that of a student one advises."""
    return fetch(request, StudentProfile, pk=student_id, verb=Verb.BOOK) if student_id else own_record(request)


def visible(request: PageRequest) -> AppointmentQuerySet:
    people = ("student__user", "advisor__user", "advisor__unit")
    return Appointment.objects.visible_to(request.user).select_related(*people)


@require_safe
@record_page
def appointment_list(request: PageRequest) -> HttpResponse:
    """A student's list; an advisor is sent to the calendar."""
    student = StudentProfile.objects.filter(user=request.user).first()
    if student is None:
        if policy.is_advisor(request.user):
            return redirect("advising:calendar")
        raise Http404
    mine = visible(request).filter(student=student)
    now = timezone.now()
    upcoming = list(mine.filter(state=AppointmentState.BOOKED, ends_at__gte=now))
    others = mine.exclude(pk__in=[appointment.pk for appointment in upcoming]).order_by("-starts_at", "-pk")
    context = {
        "upcoming": [(appointment, meetings.is_in_time(appointment, request.user)) for appointment in upcoming],
        "page": paginate(request, others, A_PAGE),
        "own_zone": student.time_zone,
        "invitations": open_invitations(student),
        "drop_in": student.drop_ins.waiting().select_related("unit").first(),
    }
    return render(request, "advising/appointments/mine.html", context)


@require_safe
@record_page
def appointment_detail(request: PageRequest, appointment_id: int) -> HttpResponse:
    appointment = fetch(request, Appointment, pk=appointment_id, log=True)
    may_run = policy.can(request.user, Verb.RUN, appointment)
    states = outcomes.next_states(appointment) if may_run else []
    events = AppointmentEvent.objects.visible_to(request.user).filter(appointment=appointment).select_related("user")
    context = {
        "appointment": appointment,
        "agenda": appointment.agenda_items.select_related("program__organization", "certification", "job_title"),
        "events": list(meetings.with_moves(events)),
        "may_change": meetings.is_in_time(appointment, request.user)
        and policy.can(request.user, Verb.CHANGE, appointment),
        "states": [] if appointment.state in outcomes.CORRECTIONS else states,
        "corrections": states if appointment.state in outcomes.CORRECTIONS else [],
        "may_write": policy.can(request.user, Verb.WRITE_NOTE, appointment.student),
        "is_own": meetings.is_own(appointment, request.user),
        "own_zone": own_zone(appointment.student, request.user),
        "cut_off_hours": int(meetings.CUT_OFF.total_seconds() // 3600),
    }
    return render(request, "advising/appointments/appointment.html", context)


# Booking


@require_safe
@record_page
def advisor_choose(request: PageRequest, student_id: int | None = None) -> HttpResponse:
    """Whom to book; with one choice, straight to their free times."""
    student = student_to_book(request, student_id)
    advisors = list(service.bookable_advisors(student, request.user))
    if len(advisors) == 1:
        return redirect(book_address(student, advisors[0], student_id))
    context = {
        "student": student,
        "advisors": [(advisor, book_address(student, advisor, student_id)) for advisor in advisors],
        "invitations": [] if student_id else open_invitations(student),
        "is_own": not student_id,
    }
    return render(request, "advising/appointments/book.html", context)


def book_address(student: StudentProfile, advisor: AdvisorProfile, student_id: int | None) -> str:
    if student_id:
        return reverse("advising:book_student_with", args=[student.pk, advisor.pk])
    return reverse("advising:book_with", args=[advisor.pk])


@require_safe_or_post
@record_page
def appointment_book(request: PageRequest, advisor_id: int, student_id: int | None = None) -> HttpResponse:
    """The advisor's free times of a week; ``at`` chooses one and asks for the rest."""
    student = student_to_book(request, student_id)
    advisors = service.bookable_advisors(student, request.user)
    advisor = get_object_or_404(advisors.prefetch_related("meeting_places"), pk=advisor_id)
    address = book_address(student, advisor, student_id)
    context: dict[str, Any] = {"student": student, "advisor": advisor, "address": address, "is_own": not student_id}
    context["full"] = service.why_full(student, advisor, user=request.user)
    starts_at = read_moment((posted(request) or request.GET).get("at") or request.GET.get("at", ""))

    def week(error: str = "") -> HttpResponse:
        slots = slots_ahead(advisor, student, with_notice=student.user_id == request.user.pk)
        return week_page(request, slots, near=starts_at, error=error, **context)

    if starts_at is None:
        return week()
    if there := service.booked_at(student, advisor, starts_at):
        return to_booked(request, there)
    if context["full"]:
        return week(error=context["full"])
    try:
        slot = service.slot_at(advisor, student, starts_at, user=request.user)
        form = BookingForm(posted(request), student=student, places=places_in(slot, advisor))
        if request.method == "POST" and form.is_valid():
            facts = form.facts()
            booked = service.book_appointment(student, advisor, user=request.user, starts_at=starts_at, **facts)
            messages.success(request, f"Booked: {meetings.when(booked, request.user)}.")
            return redirect("advising:appointment", booked.pk)
    except AdvisingError as error:
        if there := service.booked_at(student, advisor, starts_at):  # by the other click, since we looked
            return to_booked(request, there)
        return week(error=str(error))
    waiting = student.agenda_items.filter(appointment=None, discussed_at=None)
    waiting = waiting.select_related("program__organization", "certification", "job_title")
    context |= {"form": form, "slot": slot, "waiting": waiting, "zone": zone_for(student, advisor, request.user).key}
    return render(request, "advising/appointments/slot.html", context)


def to_booked(request: PageRequest, appointment: Appointment) -> HttpResponse:
    """For what was sent twice, or from a page that is older than the booking."""
    messages.info(request, "This appointment is booked.")
    return redirect("advising:appointment", appointment.pk)


def places_in(slot: Slot, advisor: AdvisorProfile) -> list[MeetingPlace]:
    """Where the two can meet in the slot."""
    return [place for place in advisor.meeting_places.all() if place.mode in slot.modes]


def slots_ahead(
    advisor: AdvisorProfile, student: StudentProfile, *, with_notice: bool, moving: Appointment | None = None
) -> list[Slot]:
    """Every free slot from today on; ``with_notice``: none so near that the advisor's notice forbids it."""
    today = local_day(timezone.now(), advisor)
    ahead = min(advisor.max_lead_days, FURTHEST_DAYS)
    return free_slots(
        advisor, today, today + timedelta(days=ahead), student=student, with_notice=with_notice, moving=moving
    )


def week_page(
    request: PageRequest,
    slots: list[Slot],
    *,
    advisor: AdvisorProfile,
    student: StudentProfile,
    near: datetime | None = None,
    error: str = "",
    **context: Any,
) -> HttpResponse:
    """The week asked for, or the one of ``near``, or the first with a free time; with an error, as a 409.

    Days and times are those of whoever reads the page.
    """
    zone = zone_for(student, advisor, request.user)
    today = timezone.localdate(timezone=zone)
    first_free = timezone.localdate(slots[0].starts_at, zone) if slots else None
    last = today + timedelta(days=min(advisor.max_lead_days, FURTHEST_DAYS))
    asked = timezone.localdate(near, zone) if near else read_day(request.GET.get("week", ""), first_free or today)
    is_ahead = not near or today <= asked <= last
    monday = monday_of(asked if is_ahead else first_free or today)
    week = make_week(monday, slots, lambda slot: timezone.localdate(slot.starts_at, zone), first=today, last=last)
    context |= {"advisor": advisor, "student": student, "week": week, "error": error, "first_free": first_free}
    context["zone"] = zone.key
    return render(request, "advising/appointments/week.html", context, status=409 if error else 200)


# Moving and cancelling


def while_changeable(
    view: Callable[[PageRequest, Appointment], HttpResponse],
) -> Callable[[PageRequest, int], HttpResponse]:
    """A page that changes an appointment, as long as it can be changed; after that its own page says why not."""

    @wraps(view)
    def page(request: PageRequest, appointment_id: int) -> HttpResponse:
        appointment = fetch(request, Appointment, pk=appointment_id, verb=Verb.CHANGE)
        if fixed := meetings.why_fixed(appointment, request.user):
            messages.error(request, fixed)
            return redirect("advising:appointment", appointment.pk)
        return view(request, appointment)

    return page


@require_safe_or_post
@record_page
@while_changeable
def appointment_move(request: PageRequest, appointment: Appointment) -> HttpResponse:
    """The same week, of the same advisor; the appointment's own time counts as free."""
    advisor, student = appointment.advisor, appointment.student
    is_own = meetings.is_own(appointment, request.user)
    address = reverse("advising:move_appointment", args=[appointment.pk])
    context: dict[str, Any] = {"student": student, "advisor": advisor, "address": address, "moving": appointment}
    context["own_zone"] = own_zone(student, request.user)
    starts_at = read_moment((posted(request) or request.GET).get("at") or request.GET.get("at", ""))

    def week(error: str = "") -> HttpResponse:
        slots = slots_ahead(advisor, student, with_notice=is_own, moving=appointment)
        others = [slot for slot in slots if slot.starts_at != appointment.starts_at]
        return week_page(request, others, near=starts_at, error=error, **context)

    if starts_at is None:
        return week()
    if starts_at == appointment.starts_at:
        # Sent twice, or from a page that is older than the move.
        messages.info(request, "The appointment is at this time.")
        return redirect("advising:appointment", appointment.pk)
    try:
        slot = service.slot_at(advisor, student, starts_at, user=request.user, moving=appointment)
        now, keeps = (appointment.mode, appointment.place), not is_own and appointment.mode in slot.modes
        form = MeetingForm(posted(request), places=places_in(slot, advisor), now=now, keeps=keeps)
        if request.method == "POST" and form.is_valid():
            moved = service.move_appointment(appointment, user=request.user, starts_at=starts_at, **form.facts())
            messages.success(request, f"Moved to {meetings.when(moved, request.user)}.")
            return redirect("advising:appointment", moved.pk)
    except AdvisingError as error:
        return week(error=str(error))
    context |= {"form": form, "slot": slot, "zone": zone_for(student, advisor, request.user).key}
    return render(request, "advising/appointments/slot.html", context)


@require_safe_or_post
@record_page
@while_changeable
def appointment_change_place(request: PageRequest, appointment: Appointment) -> HttpResponse:
    """Another way, place or link at the same time."""
    form = PlaceForm(
        posted(request),
        places=places.places_for(appointment, user=request.user),
        now=(appointment.mode, appointment.place),
        free=not meetings.is_own(appointment, request.user),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            changed = places.change_place(appointment, user=request.user, **form.facts())
            if changed.sequence > appointment.sequence:
                messages.success(request, "Changed. Both of you are told, with a new calendar file.")
            return redirect("advising:appointment", appointment.pk)
    context = {"appointment": appointment, "form": form, "own_zone": own_zone(appointment.student, request.user)}
    return render(request, "advising/appointments/place.html", context)


@require_safe_or_post
@record_page
@while_changeable
def appointment_cancel(request: PageRequest, appointment: Appointment) -> HttpResponse:
    form = WhyForm(posted(request), required=not meetings.is_own(appointment, request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.cancel_appointment(appointment, user=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "The appointment is cancelled. Everyone concerned is told.")
            return redirect("advising:appointment", appointment.pk)
    context = {"appointment": appointment, "form": form, "own_zone": own_zone(appointment.student, request.user)}
    return render(request, "advising/appointments/cancel.html", context)


@require_safe_or_post
@record_page
def appointment_conclude(request: PageRequest, appointment_id: int) -> HttpResponse:
    """What became of it: one click from the day's list, or a form where a reason is due."""
    appointment = fetch(request, Appointment, pk=appointment_id, verb=Verb.RUN)
    states = outcomes.next_states(appointment)
    if request.POST.get("state"):
        # What was possible when the page was opened may have passed: the service says so, in words.
        states = list({*states, *outcomes.NEXT_STATES.get(AppointmentState(appointment.state), ())})
    form = StateForm(posted(request), states=states, required=appointment.state in outcomes.CORRECTIONS)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            changed = outcomes.change_state(appointment, user=request.user, **form.cleaned_data)
            messages.success(request, f"{appointment.student.name}: {changed.get_state_display().lower()}.")
            if request.POST.get("back") == "day":
                return redirect("advising:calendar_day", local_day(changed.starts_at, changed.advisor))
            return redirect("advising:appointment", appointment.pk)
    context = {"appointment": appointment, "form": form, "states": states}
    return render(request, "advising/appointments/state.html", context)
