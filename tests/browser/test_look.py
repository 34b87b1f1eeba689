"""The public pages in a real browser: accessible, readable at every width, alive with and without script."""

from datetime import date
from decimal import Decimal

import pytest

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


def test_facet_changes_results_in_place(catalog, page):
    page.goto("/programs/?q=medical")
    page.evaluate("window.stayed = true")
    assert page.get_attribute("#result-count", "data-total") == "2"
    page.check("#modality-online")
    page.wait_for_selector("#result-count[data-total='1']")
    assert page.url.endswith("/programs/?q=medical&modality=online")
    assert page.evaluate("window.stayed && document.activeElement.id") == "modality-online"
    page.click(".chip:has-text('Online')")
    page.wait_for_selector("#result-count[data-total='2']")
    page.go_back()
    page.wait_for_selector("#result-count[data-total='1']")


def test_another_usual_length_takes_the_place_of_the_first(catalog, page):
    page.goto("/programs/?q=medical&weeks_max=13")
    assert page.get_attribute("#result-count", "data-total") == "0"
    page.click(".quick-links >> text='1 year'")
    page.wait_for_selector("#result-count[data-total='2']")
    assert page.url.endswith("/programs/?q=medical&weeks_max=52")


def test_search_again_in_place_and_the_box_follows(catalog, page):
    page.goto("/programs/?modality=in_person")
    page.fill("#q", "welding")
    page.press("#q", "Enter")
    page.wait_for_selector("#result-count[data-total='1']")
    assert page.url.endswith("/programs/?q=welding&modality=in_person")
    page.click(".chip:has-text('welding')")
    page.wait_for_selector("#result-count[data-total='2']")
    assert page.input_value("#q") == ""


def test_drawer_on_a_phone_stays_open_until_the_results_are_asked_for(catalog, open_page):
    page = open_page(viewport=PHONE)
    page.goto("/programs/")
    assert not page.is_visible("#modality-online")
    page.click(".drawer-button")
    page.check("#modality-online")
    page.wait_for_selector(".drawer-foot button:has-text('Show 1 program')")
    assert page.is_visible("#modality-online")
    page.click(".drawer-foot button")
    page.locator("#facets").wait_for(state="hidden")
    assert page.is_visible("article >> text=Medical Coding")
    page.click(".drawer-button")
    page.keyboard.press("Escape")
    assert not page.is_visible("#modality-online")


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
    assert page.get_attribute("#result-count", "data-total") == "1"
    page.click("article h2 a")
    assert page.text_content("h1") == "Medical Coding"


def test_suggestions_by_keyboard(catalog, page, assert_accessible):
    page.goto("/")
    page.locator("#q").press_sequentially("medical c")
    page.wait_for_selector("#q-suggestions li")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#q", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Escape")
    assert not page.is_visible("#q-suggestions")
    assert page.input_value("#q") == "medical c"
    page.keyboard.type("o")
    page.wait_for_selector("#q-suggestions li:has-text('Medical coder')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/programs/?job=medical-coder")


def test_keyboard_reaches_the_main_part_first(catalog, page):
    page.goto("/schools/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main part"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_program_prints_without_the_frame(catalog, page):
    page.goto("/programs/cedar-valley/medical-coding/")
    page.emulate_media(media="print")
    assert page.is_visible("text=Certified Professional Coder")
    for part in (".site-header", ".site-footer", ".breadcrumbs"):
        assert not page.is_visible(part)
