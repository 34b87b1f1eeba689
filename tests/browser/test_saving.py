"""Saving a program from a card of the results: one keeps one's place, with script and without."""

import re

import pytest
from playwright.sync_api import expect

from advising.models import SavedProgram
from tests import factories as make
from tests.advising.factories import make_student
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sam(student):
    """``student``, and more results than a screen holds."""
    for number in range(12):
        make.make_offering(program=make.make_program(name=f"Welding {number:02}"))
    return make_student(student)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_with_script_the_button_alone_changes_says_so_and_keeps_the_focus(sam, open_page, viewport):
    page = open_page(sam.user, viewport=viewport, reduced_motion="reduce")
    page.goto("/programs/?sort=name")
    card = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Welding 08"))
    status = card.get_by_role("status")
    card.get_by_role("button", name="Save").focus()
    before = page.evaluate("[scrollY, location.href]")
    page.keyboard.press("Enter")
    saved = status.get_by_role("link", name="Saved Welding 08")
    expect(saved).to_be_focused()
    assert page.evaluate("[scrollY, location.href]") == before
    assert SavedProgram.objects.get().program.name == "Welding 08"
    expect(page.get_by_role("button", name=re.compile("^Save Welding"))).to_have_count(11)


def test_without_script_one_comes_back_to_the_card(sam, open_page):
    page = open_page(sam.user, java_script_enabled=False)
    page.goto("/programs/?sort=name")
    page.get_by_role("button", name="Save Welding 08").click()
    saved = page.get_by_role("link", name="Saved Welding 08")
    expect(saved).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Welding 08")).to_be_in_viewport()
