"""A site of its own, on a PostgreSQL server of its own that is restarted, stopped, and made read-only under it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from shlex import quote, split
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg
import pytest

from tests.portal.test_settings import ROOT
from tests.postgres import find_programs, running_server

pytestmark = pytest.mark.postgres

MAKE = """
from tests.factories import make_offering, make_program, make_organization, make_user
school = make_organization(name="Buckeye College")
make_offering(program=make_program(name="Welding A", organization=school))
make_user("Student", email="sam@example.org")
"""


class Answer(NamedTuple):
    status: int
    text: str
    seconds: float
    cookies: str


class Site:
    """The production server with four threads, as ``make run`` starts it; each request has a connection of its own."""

    def __init__(self, folder, database_url):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": database_url,
            "DATABASE_POOL_SIZE": "8",
            "DEMO": "1",
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        for command in ("migrate -v0", "collectstatic --no-input -v0", f"shell -v0 -c {quote(MAKE)}"):
            subprocess.run([sys.executable, "manage.py", *split(command)], cwd=ROOT, env=environment, check=True)
        serve = f"-m gunicorn portal.wsgi --threads 4 --no-control-socket --bind 127.0.0.1:{self.port}"
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, *split(serve)], cwd=ROOT, env=environment, stdout=self.log, stderr=self.log
        )

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError):
                if self.ask("/readyz").status == 200:
                    return
            time.sleep(0.2)
        raise TimeoutError

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def ask(self, path: str, cookies: str = "", **form) -> Answer:
        started = time.monotonic()
        headers = {"Cookie": cookies} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)) as connection:
            connection.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
            response = connection.getresponse()
            text = response.read().decode()
            set_cookies = "; ".join(value.split(";")[0] for value in response.headers.get_all("Set-Cookie", []))
        return Answer(response.status, text, time.monotonic() - started, set_cookies)

    def signed_in(self) -> str:
        """The cookies of a student."""
        page = self.ask("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        form = {"login": "sam@example.org", "password": "correct-horse-battery-9", "csrfmiddlewaretoken": token}
        return self.ask("/accounts/login/", page.cookies, **form).cookies


@pytest.fixture(scope="module")
def server():
    with running_server(find_programs()) as server:
        yield server


@pytest.fixture(scope="module")
def site(server, tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"), server.url)
    try:
        site.wait()
        yield site
    finally:
        site.close()


def at_once(site, path: str, count: int) -> list[Answer]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(site.ask, [path] * count))


def test_a_restart_breaks_no_request(server, site):
    """Every thread has a connection, and all of them die."""
    assert [answer.status for answer in at_once(site, "/careers/", 8)] == [200] * 8
    server.stop(signal.SIGINT)
    server.start()
    assert [answer.status for answer in at_once(site, "/careers/", 4)] == [200] * 4
    server.stop()
    server.start()
    assert [site.ask("/careers/").status for _ in range(9)] == [200] * 9


def test_a_form_goes_through_after_a_restart(server, site):
    at_once(site, "/careers/", 8)
    server.stop()
    server.start()
    assert "sessionid" in site.signed_in()


def test_while_the_server_is_away(server, site):
    cookies = site.signed_in()
    assert "sessionid" in cookies
    server.stop()
    try:
        page = site.ask("/careers/")
        assert (page.status, page.seconds < 3) == (503, True)
        remembered = site.ask("/programs/?q=welding")
        assert (remembered.status, "Welding A" in remembered.text, remembered.seconds < 3) == (200, True, True)
        mine = site.ask("/advising/saved/", cookies)
        assert (mine.status, mine.seconds < 3) == (503, True)
        place = site.ask("/place/", cookies, place="Ohio")
        assert (place.status, place.seconds < 3) == (503, True)
        assert site.ask("/readyz").text == "database does not answer\n"
        with ThreadPoolExecutor(12) as pool:
            pages = [pool.submit(site.ask, "/careers/", cookies) for _ in range(40)]
            alive = [site.ask("/healthz") for _ in range(10)]
            assert {page.result().status for page in pages} == {503}
            assert max(page.result().seconds for page in pages) < 3
        assert [answer.text for answer in alive] == ["alive\n"] * 10
        assert max(answer.seconds for answer in alive) < 1
    finally:
        server.start()
    time.sleep(1.5)
    assert site.ask("/careers/").status == 200
    assert site.ask("/advising/saved/", cookies).status != 503
    assert site.ask("/readyz").text == "ready\n"


def test_while_the_server_takes_no_changes(server, site):
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        session.execute("SELECT pg_reload_conf()")
    try:
        time.sleep(0.5)
        assert site.ask("/readyz").text == "not ready for writing: database takes no changes\n"
        assert site.ask("/careers/").status == 200
        assert site.signed_in() == ""
    finally:
        with psycopg.connect(server.url, autocommit=True) as session:
            session.execute("SET default_transaction_read_only = off")
            session.execute("ALTER SYSTEM RESET default_transaction_read_only")
            session.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)
    assert site.ask("/readyz").text == "ready\n"
