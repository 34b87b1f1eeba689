from datetime import time

import pytest
from django.core.files.storage import InMemoryStorage

from advising.models import Attachment, AvailabilityRule
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_break_glass,
    make_places,
    make_student,
    make_unit,
)
from tests.factories import make_user


@pytest.fixture
def cast(student, other_student, advisor, stranger_advisor, lead, editor, admin):
    """One person for each row of READS, around one student whose notes ``author`` writes."""
    unit, second, queue = make_unit(), make_unit(), make_unit()
    sam = make_student(student)
    make_student(other_student)
    people = {
        "author": make_advisor(advisor, unit=unit),
        "team member": make_advisor(unit=second),
        "unit peer": make_advisor(unit=unit),
        "lead of the unit": make_advisor(lead, unit=unit),
        "peer of the team member": make_advisor(unit=second),
        "advisor with the alert": make_advisor(),
        "advisor of the queue": make_advisor(unit=queue),
        "advisor of a meeting": make_advisor(),
        "advisor with emergency access": make_advisor(),
        "other advisor": make_advisor(stranger_advisor),
    }
    make_assignment(sam, people["author"])
    make_assignment(sam, people["team member"], kind="secondary")
    make_alert(sam, owner=people["advisor with the alert"], unit=queue)
    make_appointment(sam, people["advisor of a meeting"])
    users = {name: advisor.user for name, advisor in people.items()}
    users |= {
        "administrator with emergency access": make_user("Administrator"),
        "administrator": admin,
        "editor": editor,
        "the student": student,
        "another student": other_student,
    }
    for name in ("advisor with emergency access", "administrator with emergency access"):
        make_break_glass(users[name], sam)
    return {**users, "record": sam, "profile": people["author"]}


@pytest.fixture
def ada(advisor):
    """``advisor``, who takes appointments every day from nine to noon."""
    profile = make_advisor(advisor)
    make_places(profile)
    for weekday in range(7):
        AvailabilityRule.objects.create(advisor=profile, weekday=weekday, starts_at=time(9), ends_at=time(12))
    return profile


@pytest.fixture
def sam(student, ada):
    """``student``, advised by ``ada``."""
    profile = make_student(student)
    make_assignment(profile, ada)
    return profile


@pytest.fixture
def olive(other_student, ada):
    """``other_student``, advised by a colleague of ``ada``."""
    profile = make_student(other_student)
    make_assignment(profile, make_advisor(unit=ada.unit))
    return profile


@pytest.fixture
def disk(monkeypatch):
    """An empty storage for the files of notes."""
    storage = InMemoryStorage()
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storage)
    return storage
