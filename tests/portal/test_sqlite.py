"""Those who wait to write to SQLite queue."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from advising.models import Unit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL lets many write at once"),
]


def in_threads(number: int, act) -> list:
    """What ``act(i)`` gave in each thread, errors among it, in the order of their ends."""
    ended = []

    def work(i):
        try:
            ended.append(act(i))
        except OperationalError as error:
            ended.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(number)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)  # so that they come one after another
    for thread in threads:
        thread.join()
    return ended


def test_whoever_comes_first_writes_first():
    def write(i):
        with transaction.atomic():
            Unit.objects.create(name=f"Unit {i}")
        return i

    with transaction.atomic():
        Unit.objects.create(name="Held")
        waiting = threading.Thread(target=lambda: order.extend(in_threads(10, write)))
        order = []
        waiting.start()
        time.sleep(0.5)
        assert order == []
    waiting.join()
    assert order == list(range(10))
    assert Unit.objects.count() == 11


def test_nobody_waits_longer_than_the_settings_say(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.3)

    def write(i):
        with transaction.atomic():
            Unit.objects.create(name=f"Unit {i}")

    began = time.monotonic()
    with transaction.atomic():
        Unit.objects.create(name="Held")
        refused = in_threads(3, write)
        waited = time.monotonic() - began
    assert [str(error) for error in refused] == ["database is locked"] * 3
    assert waited < 5
    with transaction.atomic():
        Unit.objects.create(name="Afterwards")
    assert Unit.objects.count() == 2
