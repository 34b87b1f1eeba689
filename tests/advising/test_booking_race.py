"""Twenty people want the same time: one gets it, the others a clear page. One who asks twenty times over gets what
they may hold, and no more.
"""

import os
import subprocess
import sys
import threading
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from advising.models import Appointment, AvailabilityRule, OccupiedSlot, StudentProfile
from advising.services.availability import free_slots
from tests.advising.factories import make_advisor, make_assignment, make_places, make_student, place_key
from tests.factories import client_for

PEOPLE = 20
TAKEN = "That time has just been taken. Choose another."
FULL = "Move or cancel one of them"


@pytest.fixture
def adviser():
    """An advisor with thirty free times a day."""
    advisor = make_advisor()
    make_places(advisor, "phone")
    for weekday in range(7):
        AvailabilityRule.objects.create(
            advisor=advisor, weekday=weekday, starts_at=time(9), ends_at=time(16, 30), slot_minutes=15
        )
    return advisor


def times(advisor) -> list[int]:
    """Free ones in two days, in seconds since 1970."""
    day = timezone.localdate() + timedelta(days=2)
    return [int(slot.starts_at.timestamp()) for slot in free_slots(advisor, day, day)]


def make_students(advisor, number: int) -> list[StudentProfile]:
    students = [make_student() for _ in range(number)]
    for student in students:
        make_assignment(student, advisor)
    return students


def ask_by_threads(advisor, wishes) -> list[tuple[int, bool, bool]]:
    """What each pair of student and time is answered, all asked at once: status, whether taken, whether full."""
    address = reverse("advising:book_with", args=[advisor.pk])
    clients = [(client_for(student.user), at) for student, at in wishes]
    where = place_key(advisor, "phone")
    start, answers = threading.Barrier(len(clients)), []

    def ask(client, at):
        start.wait()
        try:
            answer = client.post(address, {"at": str(at), "where": where})
            answers.append((answer.status_code, TAKEN in answer.text, FULL in answer.text))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=pair) for pair in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


ASK = """
import multiprocessing, sys, django
django.setup()
import portal.urls
from django.test import Client
from advising.models import StudentProfile

address, where, taken, full, *wishes = sys.argv[1:]
fork = multiprocessing.get_context("fork")
start, answers = fork.Barrier(len(wishes)), fork.SimpleQueue()

def ask(wish):
    pk, at = wish.split(":")
    client = Client()
    client.force_login(StudentProfile.objects.select_related("user").get(pk=pk).user)
    start.wait()
    answer = client.post(address, {"at": at, "where": where})
    answers.put((answer.status_code, int(taken in answer.text), int(full in answer.text)))

processes = [fork.Process(target=ask, args=[wish]) for wish in wishes]
for process in processes:
    process.start()
for _ in processes:
    print(*answers.get())
"""
"""Django is loaded once, and no connection is open yet when the processes part."""


def ask_by_processes(advisor, wishes) -> list[tuple[int, bool, bool]]:
    """The same by processes, for SQLite knows no threads of one process that write."""
    address = reverse("advising:book_with", args=[advisor.pk])
    words = [address, place_key(advisor, "phone"), TAKEN, FULL]
    done = subprocess.run(
        [sys.executable, "-c", ASK, *words, *(f"{student.pk}:{at}" for student, at in wishes)],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    rows = (line.split() for line in done.stdout.splitlines())
    return sorted((int(status), taken == "1", full == "1") for status, taken, full in rows)


ask_at_once = ask_by_processes if connection.vendor == "sqlite" else ask_by_threads


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_want_one_time_one_books_and_nineteen_are_told(adviser):
    at = times(adviser)[0]
    answers = ask_at_once(adviser, [(student, at) for student in make_students(adviser, PEOPLE)])
    assert answers == [(302, False, False)] + [(409, True, False)] * (PEOPLE - 1)
    assert Appointment.objects.count() == 1
    assert OccupiedSlot.objects.filter(person=adviser.user_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_twenty_times_at_once_gets_as_many_as_they_may_hold(adviser):
    (student,) = make_students(adviser, 1)
    answers = ask_at_once(adviser, [(student, at) for at in times(adviser)[:PEOPLE]])
    assert answers == [(302, False, False)] * 2 + [(409, False, True)] * (PEOPLE - 2)
    assert Appointment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_sends_one_booking_ten_times_at_once_books_once_and_is_led_to_it(adviser):
    (student,) = make_students(adviser, 1)
    answers = ask_at_once(adviser, [(student, times(adviser)[0])] * 10)
    assert answers == [(302, False, False)] * 10
    assert Appointment.objects.count() == 1
