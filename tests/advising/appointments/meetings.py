"""A Monday morning, the Monday after, and short words for what tests of meetings do again and again."""

from datetime import UTC, datetime, timedelta

from advising.models import Appointment, Notification
from advising.services import booking

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A Monday, 10 in the morning in New York."""
SLOT = datetime(2026, 11, 30, 14, tzinfo=UTC)
"""The Monday after, at nine."""
HALF = timedelta(minutes=30)


def book(sam, ada, starts_at=SLOT, **values) -> Appointment:
    return booking.book_appointment(sam, ada, **{"user": sam.user, "starts_at": starts_at, "mode": "video", **values})


def told() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind="appointment").order_by("pk")
    return list(rows.values_list("user__first_name", "subject"))


def both(text: str) -> list[tuple[str, str]]:
    """What both are told, each on their own clock."""
    return [("Sam", text), ("Ada", text)]


def at(moment) -> str:
    """As the addresses of free times name it."""
    return str(int(moment.timestamp()))
