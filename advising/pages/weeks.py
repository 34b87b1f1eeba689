"""A week of days, as the booking page and the advisor's calendar show it, and what their addresses say."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

WEEK = timedelta(days=7)


@dataclass
class Day:
    date: date
    entries: list = field(default_factory=list)


@dataclass
class Week:
    """``entries`` of each day are slots or appointments; ``before`` and ``after`` are Mondays, or None at the end."""

    days: list[Day]
    before: date | None
    after: date | None

    @property
    def is_empty(self) -> bool:
        return not any(day.entries for day in self.days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def read_day(text: str, default: date) -> date:
    """The day that a query string names; the default for anything that is none, or is centuries away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if abs(day - default) < timedelta(days=3660) else default


def read_moment(text: str) -> datetime | None:
    """The moment of a slot, written in seconds since 1970."""
    if not text.isascii() or not text.isdecimal() or len(text) > 11:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def make_week(monday: date, entries, day_of, *, first: date | None = None, last: date | None = None) -> Week:
    """The week of ``monday`` with those of the ``entries`` whose ``day_of`` is in it; no way past first and last."""
    days = {monday + timedelta(days=n): Day(monday + timedelta(days=n)) for n in range(7)}
    for entry in entries:
        if (day := day_of(entry)) in days:
            days[day].entries.append(entry)
    before, after = monday - WEEK, monday + WEEK
    return Week(
        list(days.values()),
        None if first and before + WEEK <= first else before,
        None if last and after > last else after,
    )
