"""The cast, one visitor and seven people whom every test of access can call by name, and what every test needs."""

import gc
from pathlib import Path

import pytest
from _pytest import runner
from django.core.cache import cache
from django.db import connection
from hypothesis import settings as examples

from advising.services import guards
from portal.frames import with_room
from tests.factories import client_for, make_user
from tests.run_legs import find_chromium

BROWSER = Path(__file__).parent / "browser"

# The same examples on every run and no deadline: what is red once is red again, however slow the machine.
examples.register_profile("waypoint", derandomize=True, deadline=None)
examples.load_profile("waypoint")


DATABASES = {"db", "transactional_db", "live_server"}
"""The fixtures by which a test reaches a database; every other way is blocked."""


def pytest_sessionstart():
    """What the imports made stays for the whole run: looking through it for garbage costs a tenth of the suite."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


def pytest_collection_modifyitems(items):
    """Tests under tests/browser are the browser leg; what this machine or engine cannot run says so.

    ``database`` is whatever may reach one: the rest need not run on a second engine.
    """
    left_out = {}
    if connection.vendor != "postgresql":
        left_out["postgres"] = pytest.mark.skip(reason="only meaningful on PostgreSQL")
    if not find_chromium():
        left_out["browser"] = pytest.mark.skip(reason="Chromium not found")
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("django_db") or DATABASES.intersection(item.fixturenames):
            item.add_marker(pytest.mark.database)
        for name, skip in left_out.items():
            if item.get_closest_marker(name):
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def django_db_serialized_rollback():
    """Tests that commit begin with the rows that migrations made, though the one before emptied every table.

    Takes the place of pytest-django's fixture of this name, which works by being asked for.
    """


@pytest.fixture(scope="session", autouse=True)
def _flush_past_guards():
    """Tests that commit have their tables emptied afterwards; the guards of the logs step aside for that alone."""
    flush = type(connection.ops).execute_sql_flush  # unbound: under a browser each test has another connection

    def unguarded(operations, sql_list):
        guards.remove(operations.connection)
        flush(operations, sql_list)
        guards.install(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "execute_sql_flush", unguarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_locks_left(django_db_setup):
    """The files beside SQLite's database, on which writers and imports queue, go with it."""
    yield
    if connection.vendor == "sqlite":
        for name in ("queue", "import"):
            Path(f"{connection.settings_dict['NAME']}-{name}").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _empty_cache():
    """The cache is not rolled back with the database, and sign-in limits count in it."""
    cache.clear()


@pytest.fixture
def visitor():
    """A browser that nobody has signed in with."""
    return client_for()


@pytest.fixture
def student(db):
    return make_user("Student", email="student@example.org", first_name="Sam", last_name="Student")


@pytest.fixture
def other_student(db):
    return make_user("Student", email="other.student@example.org", first_name="Olive", last_name="Other")


@pytest.fixture
def advisor(db):
    return make_user("Advisor", email="advisor@example.org", first_name="Ada", last_name="Advisor")


@pytest.fixture
def stranger_advisor(db):
    """An advisor of another unit, with no tie to ``student``."""
    return make_user("Advisor", email="stranger@example.org", first_name="Stefan", last_name="Stranger")


@pytest.fixture
def lead(db):
    return make_user("Lead advisor", email="lead@example.org", first_name="Lena", last_name="Lead")


@pytest.fixture
def editor(db):
    return make_user(
        "Catalog editor", email="editor@example.org", first_name="Edda", last_name="Editor", is_staff=True
    )


@pytest.fixture
def admin(db):
    return make_user(
        "Administrator",
        email="admin@example.org",
        first_name="Alma",
        last_name="Admin",
        is_staff=True,
        is_superuser=True,
    )
