"""Limits of sign-in hold for all processes together, cost readers nothing, and are no lie about the database."""

import os
import subprocess
import sys

import pytest
from django.core.cache import cache, caches
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.database import Trouble, trouble_of
from tests.factories import PASSWORD, make_offering
from tests.portal.test_settings import ROOT

GUESS = """
import multiprocessing
import django
from django.conf import settings

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

from django.db import connections
from django.test import Client

client = Client(headers={"host": "127.0.0.1"})
client.get("/accounts/login/")
connections.close_all()
fork = multiprocessing.get_context("fork")
start = fork.Barrier(4)

def guess(process):
    start.wait()
    pages = [client.post("/accounts/login/", {"login": "sam@example.org", "password": str(at)}) for at in range(5)]
    return sum("are not correct" in page.text for page in pages)

with fork.Pool(4) as pool:
    print(*pool.map(guess, range(4), chunksize=1))
"""
"""Four processes of one start, with the site's own settings but for slow hashes: the guesses meet."""

LIMIT = 5


@pytest.fixture
def shared_cache(settings, transactional_db):
    settings.CACHES = settings.SHARED_CACHES
    cache.clear()
    yield caches["default"]
    cache.clear()


def database_url() -> str:
    """The database of this test, for other processes."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def test_four_processes_count_wrong_passwords_together(shared_cache):
    """Twenty guesses at once; a process that must wait too long for its turn refuses one."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATABASE_POOL_SIZE": "0",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DEBUG": "1",  # no static files need to have been collected
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-c", GUESS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    judged = [int(number) for number in done.stdout.split()]
    assert (done.stderr, len(judged)) == ("", 4)
    assert 1 <= sum(judged) <= LIMIT


def test_the_sixth_wrong_password_is_refused_and_the_right_one_with_it(shared_cache, student):
    def answer(password):
        page = Client().post(reverse("account_login"), {"login": student.email, "password": password})
        return page.status_code, "Too many failed login attempts" in getattr(page, "text", "")

    assert [answer("wrong") for _ in range(LIMIT + 1)] == [(200, False)] * LIMIT + [(200, True)]
    assert answer(PASSWORD) == (200, True)
    cache.clear()
    assert answer(PASSWORD) == (302, False)


def test_readers_write_nothing(shared_cache):
    program = make_offering().program
    visitor = Client()
    visitor.get("/programs/")
    pages = ["/", "/programs/?q=a", program.get_absolute_url(), "/careers/", "/suggest/?q=a"]
    pages += [reverse(f"account_{name}") for name in ("login", "signup", "reset_password")]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert {visitor.get(page).status_code for page in pages} == {200}
    assert [query["sql"] for query in asked if not query["sql"].startswith(("SELECT", "BEGIN"))] == []
    assert "portal_shared_cache" not in str(asked.captured_queries)


def test_a_key_that_is_taken_is_no_fault_and_a_database_that_takes_none_is(shared_cache, request):
    assert (shared_cache.add("lock", 1), shared_cache.add("lock", 2), shared_cache.get("lock")) == (True, False, 1)
    request.getfixturevalue("read_only")
    with pytest.raises(DatabaseError) as raised:
        shared_cache.add("another", 1)
    assert trouble_of(raised.value) is Trouble.READ_ONLY


def test_sign_in_is_not_called_too_often_where_nothing_can_be_counted(shared_cache, student, request):
    request.getfixturevalue("read_only")
    answer = Client(raise_request_exception=False).post(
        reverse("account_login"), {"login": student.email, "password": PASSWORD}
    )
    assert (answer.status_code, "nothing can be saved" in answer.text) == (503, True)
