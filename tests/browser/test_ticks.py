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


@pytest.fixture
def baking():
    for letter in "ABCDE":
        make.make_offering(program=make.make_program(name=f"Baking {letter}"))


SAID = [
    "1 program chosen. Tick one to 3 more.",
    "2 programs chosen. There is room for 2 more.",
    "3 programs chosen. There is room for 1 more.",
    "4 programs chosen. No more fit side by side.",
    "5 programs chosen. Only 4 fit side by side: take back 1.",
]


def test_the_bar_says_how_many_are_chosen_and_how_many_more_fit(baking, page):
    page.goto("/programs/?q=baking&sort=name")
    bar = page.locator("#compare-words")
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare Baking"))
    for at, said in enumerate(SAID):
        boxes.nth(at).check()
        expect(bar).to_have_text(said)
    boxes.first.uncheck()
    expect(bar).to_have_text(SAID[3])
    page.check("#modality-online")
    expect(page).to_have_url(re.compile("modality=online"))
    expect(bar).to_have_text(SAID[3])
    page.goto(f"/programs/?q=welding&compare={','.join(map(str, range(1, 3)))}")
    expect(bar).to_have_count(0)  # nothing found, nothing to tick


def test_without_script_the_bar_is_right_whatever_is_ticked(baking, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/programs/?q=baking")
    for box in page.get_by_role("checkbox", name=re.compile("^Compare Baking")).all()[:3]:
        box.check()
        expect(page.locator("#compare-words")).to_have_text("2 to 4 programs fit side by side.")
