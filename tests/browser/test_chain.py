"""From a job title to a certification to a program and back, by clicking, in a real browser."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from programs.models import Program, Source
from tests import factories as make
from tests.browser.conftest import DESKTOP, PHONE, TABLET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chain():
    """Medical biller, the CPB that opens it, and two programs that lead to it."""
    billing = make.make_field(code="51.0714", title="Medical Insurance Specialist/Medical Biller")
    occupation = make.make_occupation(code="43-3021", title="Billing and Posting Clerks")
    biller = make.make_job_title(name="Medical biller", occupation=occupation, summary="Sends claims to insurers.")
    biller.advances_to.add(make.make_job_title(name="Medical billing manager"))
    for kind, value in (("p10", 37_290), ("p25", 42_840), ("median", 48_500), ("p75", 58_290), ("p90", 67_710)):
        make.make_statistic(occupation=occupation, statistic=kind, value=Decimal(value), source=source_of_wages())
    issuer = make.make_organization(name="AAPC")
    cpb = make.make_certification(
        name="Certified Professional Biller", acronym="CPB", slug="cpb", issuer=issuer, field=billing
    )
    make.make_requirement(certification=cpb)
    make.make_career_link(job_title=biller, certification=cpb)
    for name, modality in (("Medical Billing", "online"), ("Medical Billing Evenings", "in_person")):
        program = make.make_program(name=name, field=billing)
        make.make_cost(offering=make.make_offering(program=program, modality=modality))
        make.make_program_certification(program, cpb)
    guide = make.make_guide(title="Billing", summary="How to become a biller.")
    guide.job_titles.add(biller)
    guide.occupations.add(occupation)
    make.make_guide_item(guide=guide, job_title=biller)
    make.make_pathway_step(guide=guide, certification=cpb)


def source_of_wages():
    return Source.objects.get_or_create(publisher="Bureau of Examples", title="Wages, May 2025")[0]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_job_title_to_a_certification_to_a_program_and_back(chain, open_page, script):
    page = open_page(java_script_enabled=script)
    page.goto("/careers/")
    page.get_by_role("searchbox", name="Search careers").fill("medical biller")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.wait_for_url("**/careers/?q=medical+biller")
    page.get_by_role("link", name="Medical biller", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Medical biller")
    page.get_by_role("link", name="Certified Professional Biller (CPB)").click()
    expect(page).to_have_url(re.compile("/certifications/cpb/$"))
    page.locator("#programs").get_by_role("link", name="Medical Billing", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Medical Billing")
    page.get_by_role("main").get_by_role("link", name="Certified Professional Biller").first.click()
    expect(page).to_have_url(re.compile("/certifications/cpb/$"))
    expect(page).to_have_url(re.compile("/certifications/cpb/$"))
    page.locator("#job-titles").get_by_role("link", name="Medical biller").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Medical biller")


def test_every_stop_of_the_drawing_is_a_link_on_a_phone_too(chain, open_page):
    for size in (PHONE, DESKTOP):
        page = open_page(viewport=size)
        page.goto("/careers/medical-biller/")
        drawing = page.locator(".pathway svg:visible")
        expect(drawing).to_have_count(1)
        expect(drawing.get_by_role("link")).to_have_count(6)  # two programs, their field, CPB, the title, the next
        heights = [box["height"] for box in (text.bounding_box() for text in drawing.locator("tspan").all())]
        assert min(heights) >= 9  # pixels: small, and still readable
        drawing.get_by_role("link", name="CPB").click()
        expect(page).to_have_url(re.compile("/certifications/cpb/$"))


def test_one_click_from_a_career_keeps_the_other_choices(chain, open_page):
    page = open_page()
    page.goto("/programs/?modality=online")
    page.get_by_role("article").get_by_role("link", name="Medical biller").first.click()
    page.get_by_role("link", name="All 2 programs that lead there").click()
    expect(page).to_have_url(re.compile(r"/programs/\?modality=online&job=medical-biller$"))
    expect(page.locator("#result-count")).to_have_attribute("data-total", "1")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_programs_are_ticked_compared_and_removed(chain, open_page, script):
    page = open_page(java_script_enabled=script)
    page.goto("/programs/")
    boxes = page.get_by_role("checkbox", name="Compare")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Compare side by side").click()
    expect(page.locator("table.compare thead th")).to_have_count(2)
    page.get_by_role("link", name="Remove Medical Billing", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Choose at least one more")
    page.get_by_role("link", name="Add a program").click()
    expect(page.get_by_role("checkbox", name="Compare Medical Billing Evenings")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Compare Medical Billing", exact=True)).not_to_be_checked()


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (TABLET, "dark"), (DESKTOP, "light")], ids=["phone", "tablet", "desktop"]
)
def test_pages_are_accessible_and_fit(chain, open_page, assert_accessible, size, scheme):
    ids = ",".join(map(str, Program.objects.values_list("pk", flat=True)))
    page = open_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for address in (
        "/careers/",
        "/careers/?q=biller",
        "/careers/medical-biller/",
        "/occupations/43-3021/",
        "/certifications/",
        "/certifications/cpb/",
        "/guides/",
        "/guides/billing/",
        f"/compare/?ids={ids}",
    ):
        page.goto(address)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert (address, wide) == (address, False)


def test_what_is_printed_is_the_text_and_not_the_frame(chain, open_page):
    page = open_page()
    page.emulate_media(media="print")
    page.goto("/guides/billing/")
    expect(page.locator(".wage-picture").first).to_be_visible()
    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".guide-contents")).to_be_hidden()
