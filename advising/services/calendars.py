"""Appointments as calendars read them (RFC 5545): one file each, and a secret feed for each person.

Neither holds a note, an agenda or a reason: who meets whom, when, where, and the page that says the rest.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, vDuration

from advising.choices import APPOINTMENT_OFF
from advising.models import Appointment, CalendarFeed
from advising.querysets import AppointmentQuerySet
from advising.types import User

FEED_KEEPS = timedelta(days=30)
"""How long a past appointment stays in the feed."""

REFRESH = timedelta(minutes=30)
"""How often a calendar is asked to fetch its feed again. What programs make of it is theirs to say."""


def _title(appointment: Appointment, user: User) -> str:
    if appointment.student.user_id == user.pk:
        return f"Advising appointment with {appointment.advisor}"
    # A calendar shows on more screens than a record does: the family name is left at its initial.
    given, _, family = appointment.student.name.rpartition(" ")
    return f"Advising appointment with {given or family}{f' {family[:1]}.' if given else ''}"


def _event(appointment: Appointment, user: User) -> Event:
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.updated_at.astimezone(UTC))
    event.add("last-modified", appointment.updated_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", _title(appointment, user))
    event.add("status", "CANCELLED" if appointment.state in APPOINTMENT_OFF else "CONFIRMED")
    event.add("class", "PRIVATE")
    if appointment.place:
        event.add("location", appointment.place)
    event.add("url", settings.SITE_URL + reverse("advising:appointment", args=[appointment.pk]))
    return event


def calendar_file(appointments: Iterable[Appointment], *, user: User, refresh: timedelta | None = None) -> bytes:
    """A calendar of ``appointments`` as ``user`` sees them. Times are in UTC, so no zone can be misread.

    ``refresh``, of a feed: how often to fetch it, in the words of RFC 7986 (5.7) and of older programs.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Waypoint//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Waypoint appointments")
    if refresh:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(refresh))
    for appointment in appointments:
        calendar.add_component(_event(appointment, user))
    content: bytes = calendar.to_ical()
    return content


def feed_appointments(user: User) -> AppointmentQuerySet[Appointment]:
    """What ``user`` takes part in and may see, of the last month and to come; cancelled ones too, to be taken out."""
    mine = Q(student__user=user) | Q(advisor__user=user)
    recent = Appointment.objects.visible_to(user).filter(mine, ends_at__gte=timezone.now() - FEED_KEEPS)
    return recent.select_related("student__user", "advisor__user")


def feed_file(user: User) -> bytes:
    return calendar_file(feed_appointments(user), user=user, refresh=REFRESH)


def file_for(user: User, appointment: Appointment) -> bytes | None:
    """The calendar file of one appointment as it is now, or None for one whom it no longer concerns."""
    seen = Appointment.objects.visible_to(user).filter(pk=appointment.pk)
    found = list(seen.select_related("student__user", "advisor__user"))
    return calendar_file(found, user=user) if found else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(user: User) -> str:
    """Give ``user`` a new secret address and return its token, which is kept nowhere; the old one ends."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"token_digest": _digest(token), "created_at": timezone.now()}
    )
    return token


def end_feed(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def feed_owner(token: str) -> User | None:
    """The active user whose feed this is, or None."""
    owners = get_user_model().objects.filter(is_active=True)
    return owners.filter(calendar_feed__token_digest=_digest(token)).first()
