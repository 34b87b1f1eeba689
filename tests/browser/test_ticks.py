"""Programs ticked for comparison while the results change in place."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def welding():
    for name, modality in (("Welding A", "online"), ("Welding B", "in_person")):
        make.make_offering(program=make.make_program(name=name), modality=modality)


def test_ticks_survive_filters_and_go_when_taken_back(welding, page):
    page.goto("/programs/?q=welding")
    ticked = page.get_by_role("checkbox", name=re.compile("^Compare"), checked=True)
    page.get_by_role("checkbox", name="Compare Welding B").check()
    page.check("#modality-online")
    expect(page.locator("#result-count")).to_have_attribute("data-total", "1")
    expect(ticked).to_have_count(0)  # its card is not in the list, but it stays chosen
    expect(page.get_by_role("button", name="Compare side by side")).to_be_visible()
    page.uncheck("#modality-online")
    expect(ticked).to_have_count(1)
    ticked.uncheck()
    page.check("#modality-online")
    expect(page).to_have_url(re.compile(r"/programs/\?q=welding&modality=online$"))


def test_a_drawer_that_the_keyboard_leaves_closes(welding, open_page):
    page = open_page(viewport=PHONE)
    page.goto("/programs/?q=welding")
    page.click(".drawer-button")
    page.locator("#modality-online").press("Space")
    expect(page.locator("#result-count")).to_have_attribute("data-total", "1")
    expect(page.locator("#modality-online")).to_be_focused()
    page.locator("#sort").focus()
    expect(page.locator("#facets")).to_be_hidden()
