"""A real browser on a live server. Each test gets a page of its own; a failure leaves a screenshot in var/screenshots.

Whatever the test, a page that breaks the Content-Security-Policy, throws in script or asks another site for anything
fails it. After a click the next page is on its way, not there: what follows one is asked with ``expect``, which waits.
"""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from tests.factories import client_for
from tests.run_legs import find_chromium

# The live server's threads leave their sockets and connections to the garbage collector, at any later moment.
QUIET = ("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
# A browser that asks for nothing but the pages under test; as root, Chromium has no sandbox to start in.
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
SCREENSHOTS = settings.VAR_DIR / "screenshots"
PATIENCE = 30_000  # milliseconds: a busy machine is slow, and only a test that fails waits this long
PHONE, TABLET, DESKTOP = ({"width": width, "height": 900} for width in (320, 768, 1280))


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("browser"):
            for warning in QUIET:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser():
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS, timeout=2 * PATIENCE)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, live_server, request):
    """A function that opens a page: ``open_page(user=None, **context)``; ``context`` as Playwright's ``new_context``.

    Addresses are relative to the live server: ``page.goto("/programs/")``. ``user`` is signed in beforehand.
    """
    pages, faults = [], []

    def open_(user=None, **context):
        context = browser.new_context(**{"base_url": live_server.url, "viewport": DESKTOP, **context})
        context.set_default_timeout(PATIENCE)
        if user:
            value = client_for(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda said: "Security Policy" in said.text and faults.append(said.text))
        page.on("request", lambda sent: _refuse_elsewhere(sent.url, live_server.url, faults))
        pages.append(page)
        return page

    yield open_
    failed = getattr(request.node, "failed", False) or faults
    for number, page in enumerate(pages, start=1):
        if failed:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"\W+", "-", request.node.nodeid)
            page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
        page.context.close()
    assert faults == []


def _refuse_elsewhere(url: str, home: str, faults: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:", "about:")):
        faults.append(f"asked another site: {url}")


@pytest.fixture
def page(open_page):
    """A visitor's page on a desktop."""
    return open_page()


@pytest.fixture
def assert_accessible():
    """A function that holds a page to axe-core's rules and lists every node that breaks one."""

    def check(page):
        # Without preload: axe would load imported stylesheets again, from the page's address, where they are not.
        # What holds is not listed node by node: reading that takes longer than asking.
        options = {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []

    return check
