"""Twenty people want the same time: one gets it, the others a clear page, and nothing is booked twice."""

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

from advising.models import Appointment, AvailabilityRule, OccupiedSlot
from advising.services.availability import free_slots
from tests.advising.factories import make_advisor, make_assignment, make_student
from tests.factories import client_for

PEOPLE = 20


@pytest.fixture
def wanted():
    """An advisor with one student for each who asks, and the moment that all of them want."""
    advisor = make_advisor()
    for weekday in range(7):
        AvailabilityRule.objects.create(advisor=advisor, weekday=weekday, starts_at=time(9), ends_at=time(12))
    students = [make_student() for _ in range(PEOPLE)]
    for student in students:
        make_assignment(student, advisor)
    day = timezone.localdate() + timedelta(days=2)
    return advisor, students, free_slots(advisor, day, day)[0].starts_at


def one_booked(advisor, starts_at) -> bool:
    slots = OccupiedSlot.objects.filter(person=advisor.user_id)
    return Appointment.objects.filter(starts_at=starts_at).count() == 1 and slots.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_threads_one_books_and_nineteen_are_told(wanted):
    advisor, students, starts_at = wanted
    clients = [client_for(student.user) for student in students]
    address = reverse("advising:book_with", args=[advisor.pk])
    start, answers = threading.Barrier(PEOPLE), []

    def ask(client):
        start.wait()
        try:
            answers.append(client.post(address, {"at": str(int(starts_at.timestamp())), "where": "phone"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (PEOPLE - 1)
    refused = [answer.text for answer in answers if answer.status_code == 409]
    assert all("That time has just been taken; these are still free." in page for page in refused)
    assert all("?at=" in page for page in refused), "each page offers other times"
    assert one_booked(advisor, starts_at)


ASK = """
import multiprocessing, sys, django
django.setup()
import portal.urls
from django.test import Client
from advising.models import StudentProfile

address, at, *students = sys.argv[1:]
fork = multiprocessing.get_context("fork")
start, answers = fork.Barrier(len(students)), fork.SimpleQueue()

def ask(pk):
    client = Client()
    client.force_login(StudentProfile.objects.select_related("user").get(pk=pk).user)
    start.wait()
    answer = client.post(address, {"at": at, "where": "phone"})
    answers.put((answer.status_code, "just been taken; these are still free" in answer.text))

processes = [fork.Process(target=ask, args=[pk]) for pk in students]
for process in processes:
    process.start()
for _ in processes:
    print(*answers.get())
"""
"""Django is loaded once, and no connection is open yet when the processes part."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="threads show it on PostgreSQL")
def test_of_twenty_processes_one_books_and_nineteen_are_told(wanted):
    advisor, students, starts_at = wanted
    args = [reverse("advising:book_with", args=[advisor.pk]), str(int(starts_at.timestamp()))]
    done = subprocess.run(
        [sys.executable, "-c", ASK, *args, *(str(student.pk) for student in students)],
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
    assert sorted(done.stdout.splitlines()) == ["302 False", *["409 True"] * (PEOPLE - 1)]
    assert one_booked(advisor, starts_at)
