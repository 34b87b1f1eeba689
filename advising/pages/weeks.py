"""A week of days, as the booking page and the advisor's calendar show it, and what their addresses say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar

WEEK = timedelta(days=7)


E = TypeVar("E")
"""What a day holds."""


@dataclass
class Day(Generic[E]):
    date: date
    entries: list[E] = field(default_factory=list)


@dataclass
class Week(Generic[E]):
    """``entries`` of each day are slots or appointments; ``before`` and ``after`` are Mondays, or None at the end."""

    days: list[Day[E]]
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


def make_week(
    monday: date,
    entries: Iterable[E],
    day_of: Callable[[E], date],
    *,
    first: date | None = None,
    last: date | None = None,
) -> Week[E]:
    """The week of ``monday`` with those of the ``entries`` whose ``day_of`` is in it; no way past first and last."""
    days: dict[date, Day[E]] = {day: Day(day) for day in (monday + timedelta(days=n) for n in range(7))}
    for entry in entries:
        if (day := day_of(entry)) in days:
            days[day].entries.append(entry)
    before, after = monday - WEEK, monday + WEEK
    return Week(
        list(days.values()),
        None if first and before + WEEK <= first else before,
        None if last and after > last else after,
    )
