"""The public pages in a real browser: accessible, readable at every width, alive with and without script."""

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.conftest import DESKTOP, PHONE, TABLET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def catalog():
    """Two coding programs and a welding one, with everything a page can show."""
    school = make.make_organization(name="Cedar Valley College of Health and Applied Technology", slug="cedar-valley")
    coding = make.make_field(code="51.0713", title="Medical Insurance Coding Specialist/Coder")
    occupation = make.make_occupation(code="29-2072", title="Medical Records Specialists")
    coder = make.make_job_title(name="Medical coder", occupation=occupation)
    cpc = make.make_certification(name="Certified Professional Coder", acronym="CPC")
    make.make_career_link(certification=cpc, job_title=coder)
    make.make_statistic(occupation=occupation, value=Decimal(51_140))
    make.make_crosswalk(coding, make.make_occupation(code="43-6013", title="Medical Secretaries"))
    for name, modality in (("Medical Coding", "online"), ("Medical Coding Evenings", "in_person")):
        program = make.make_program(organization=school, name=name, field=coding, description="Codes and rules.")
        offering = make.make_offering(program=program, modality=modality, pacing="self_paced", start_type="fixed")
        make.make_cost(offering=offering)
        make.make_start_date(offering=offering, apply_by=date(2027, 8, 1))
        make.make_program_certification(program, cpc)
    make.make_accreditation(organization=school)
    welding = make.make_program(organization=school, name="Welding")
    make.make_offering(program=welding, modality="in_person", weeks=None)


ADDRESSES = [
    "/",
    "/programs/",
    "/programs/?q=medical&modality=online&weeks_max=abc",
    "/programs/?q=nothing+like+it&modality=online",
    "/programs/choices/job/",
    "/programs/cedar-valley/medical-coding/",
    "/programs/cedar-valley/welding/",
    "/schools/",
    "/schools/cedar-valley/",
    "/accounts/login/",
    "/accounts/signup/",
    "/nowhere/",
]


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (TABLET, "dark"), (DESKTOP, "light")], ids=["phone", "tablet", "desktop"]
)
def test_pages_are_accessible_and_fit(catalog, open_page, assert_accessible, size, scheme):
    page = open_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for address in ADDRESSES:
        page.goto(address)
        assert_accessible(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert (address, too_wide) == (address, False)


def expect_results(page, count: int, query: str | None = None):
    """The results page says ``count`` programs, at an address that ends with ``query``."""
    expect(page.locator("#result-count")).to_have_attribute("data-total", str(count))
    if query is not None:
        expect(page).to_have_url(re.compile(rf"/programs/\?{re.escape(query)}$"))


def test_facet_changes_results_in_place(catalog, page):
    page.goto("/programs/?q=medical")
    page.evaluate("window.stayed = true")
    expect_results(page, 2)
    page.check("#modality-online")
    expect_results(page, 1, "q=medical&modality=online")
    expect(page.locator("#modality-online")).to_be_focused()
    assert page.evaluate("window.stayed")
    page.click(".chip:has-text('Online')")
    expect_results(page, 2, "q=medical")
    page.go_back()
    expect_results(page, 1, "q=medical&modality=online")


def test_another_usual_length_takes_the_place_of_the_first(catalog, page):
    page.goto("/programs/?q=medical&weeks_max=13")
    expect_results(page, 0)
    page.click(".quick-links >> text='1 year'")
    expect_results(page, 2, "q=medical&weeks_max=52")


def test_search_again_in_place_and_the_box_follows(catalog, page):
    page.goto("/programs/?modality=in_person")
    page.fill("#q", "welding")
    page.press("#q", "Enter")
    expect_results(page, 1, "q=welding&modality=in_person")
    page.click(".chip:has-text('welding')")
    expect_results(page, 2, "modality=in_person")
    expect(page.locator("#q")).to_have_value("")


def test_drawer_on_a_phone_stays_open_until_the_results_are_asked_for(catalog, open_page):
    page = open_page(viewport=PHONE)
    page.goto("/programs/")
    choice = page.locator("#modality-online")
    expect(choice).to_be_hidden()
    page.click(".drawer-button")
    page.check("#modality-online")
    expect(page.locator(".drawer-foot button")).to_have_text("Show 1 program")
    expect(choice).to_be_visible()
    page.click(".drawer-foot button")
    expect(choice).to_be_hidden()
    expect(page.get_by_role("article").get_by_role("link", name="Medical Coding", exact=True)).to_be_visible()
    page.click(".drawer-button")
    expect(choice).to_be_visible()
    page.keyboard.press("Escape")
    expect(choice).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_results_work_without_script(catalog, open_page, size):
    page = open_page(viewport=size, java_script_enabled=False)
    page.goto("/")
    page.fill("#q", "medical")
    page.click("#search button")
    if size == PHONE:
        page.click(".drawer-button")
    page.check("#modality-online")
    page.click(".drawer-foot button" if size == PHONE else ".no-script-submit button")
    expect_results(page, 1)
    page.click("article h2 a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Medical Coding")


def test_suggestions_by_keyboard(catalog, page, assert_accessible):
    """The text comes at once: a pause between two letters would ask twice, and the second answer unmark a choice."""
    page.goto("/")
    box, listed = page.locator("#q"), page.locator("#q-suggestions li")
    box.fill("medical c")
    expect(listed.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(listed.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "q-suggestions-0")
    page.keyboard.press("Escape")
    expect(page.locator("#q-suggestions")).to_be_hidden()
    expect(box).to_have_value("medical c")
    page.keyboard.type("o")
    expect(listed.filter(has_text="Medical coder")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/programs/?job=medical-coder")


def test_keyboard_reaches_the_main_part_first(catalog, page):
    page.goto("/schools/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_program_prints_without_the_frame(catalog, page):
    page.goto("/programs/cedar-valley/medical-coding/")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Certified Professional Coder").first).to_be_visible()
    for part in (".site-header", ".site-footer", ".breadcrumbs"):
        expect(page.locator(part)).to_be_hidden()
