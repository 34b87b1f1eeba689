from datetime import date, time

import pytest
from django.utils import timezone

from advising.models import AvailabilityRule
from tests.advising.appointments.meetings import NOW
from tests.advising.factories import make_advisor, make_assignment, make_places, make_student


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Turn the clock with ``clock(moment)``; it begins at NOW."""

    def turn(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn(NOW)
    return turn


@pytest.fixture
def ada(advisor):
    """``advisor``, who takes appointments every morning from nine to eleven."""
    profile = make_advisor(advisor)
    make_places(profile)
    for weekday in range(5):
        AvailabilityRule.objects.create(advisor=profile, weekday=weekday, starts_at=time(9), ends_at=time(11))
    return profile


@pytest.fixture
def sam(student, ada):
    """``student``, advised by ``ada``."""
    profile = make_student(student)
    make_assignment(profile, ada, starts_on=date(2026, 1, 1))
    return profile
