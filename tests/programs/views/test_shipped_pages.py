"""The catalog and the guides that ship with Waypoint, as people read them: every fact there, every link both ways."""

import re
from datetime import date

import pytest
from django.db import transaction

from programs.choices import Status
from programs.models import (
    CareerLink,
    Certification,
    FieldOfStudy,
    Guide,
    JobTitle,
    JobTitleOccupation,
    ProgramCertification,
)
from programs.services.shipped_catalog import load_shipped_catalog
from programs.services.shipped_guides import load_shipped_guides
from tests import factories as make
from tests.pages import page_faults, page_links, page_words

pytestmark = pytest.mark.walk


def words_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert page_faults(response.content.decode()) == []
    return page_words(response.content.decode())


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_shipped_catalog()
        load_shipped_guides()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shipped(_loaded, db):
    """The shipped catalog and guides."""


@pytest.fixture
def billing_guide(shipped, visitor, monkeypatch):
    """The medical billing and coding guide as it is read on 22 November 2026."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 22))
    return words_of(visitor, "/guides/medical-billing-and-coding/")


FACTS = {
    1: [
        "health care without direct patient care",
        "Medical Records Specialists: remote work common; direct patient care no",
    ],
    2: [
        "Employment growth 7.1% growth United States, 2024 to 2034. Source: U.S. Bureau of Labor Statistics",
        "Employment growth 8% growth replaced by the figure for 2024 to 2034 more than 24 months old United States",
        "The population is growing older",
    ],
    3: ["Coding and billing are two functions", "one person often does both"],
    4: ["CPT (Current Procedural Terminology)", "ICD-10"],
    5: [
        "Give every diagnosis and procedure its code",
        "Check the codes before they go out",
        "Follow claims to their decision",
        "Ask for missing patient information",
        "Review insurance coverage",
        "Talk with providers and colleagues",
        "Invoice what is left to pay",
        "Track balances and payments",
    ],
    6: [
        "Attention to detail. The day is spent with numbers and codes",
        "Clear communication. You speak with physicians",
        "Keeping up with change. Medicare rules",
        "Working on your own. Much of the work is done alone",
    ],
    7: [
        "Finish high school or the GED Required",
        "Complete a billing and coding program Usual",
        "Add an associate or bachelor’s degree Optional",
        "Pass a certification exam Usual",
    ],
    8: [
        "Technical and vocational schools teach it, often at your own pace, online or in a hybrid form",
        "2 to 4 years",
    ],
    9: [
        "AAPC",
        "American Health Information Management Association (AHIMA)",
        "National Healthcareer Association (NHA)",
    ],
    10: [
        "American Health Information Management Association (AHIMA) Certified Coding Associate (CCA)",
        "Certified Coding Specialist (CCS)",
        "AAPC Certified Professional Biller (CPB)",
        "Certified Professional Coder (CPC)",
        "National Healthcareer Association (NHA) Certified Billing and Coding Specialist (CBCS)",
    ],
    11: ["Requirements differ from one certification to the next", "stage: CPC-A"],
    13: [
        "annual wage, United States, May 2025",
        "Median $51,140 a year",
        "Annual wage, median $47,180 a year replaced by the figure for May 2025 more than 24 months old",
        "Hourly wage, median $22.69 an hour replaced by the figure for May 2025 more than 24 months old",
    ],
    14: [
        "Medical billing supervisor Annual wage, mean more than $66,000 a year",
        "United States, 2024. Source: Salary.com",
        "Medical records coding manager Annual wage, mean more than $86,600 a year",
        "Medical billing manager Annual wage, mean more than $100,000 a year",
        "Advances to Medical",
    ],
    15: [
        "Education, experience, certification, the kind of workplace and the region",
        "10th percentile $37,000 a year",
    ],
    16: [
        "Hospitals",
        "Physicians’ offices",
        "Dental practices and optometrists’ offices",
        "Outpatient surgery centers",
        "Insurance companies",
        "Government agencies",
        "Universities",
        "Consulting firms",
    ],
    17: ["remote work common", "HIPAA", "Secure software", "A telephone and internet connection of your own"],
    18: [
        "Medical biller Turns",
        "Certified professional coder",
        "Certified coding associate",
        "Medical billing and coding specialist",
        "Medical insurance billing and coding",
        "Health information technician",
        "Medical records specialist",
        "Coding specialist",
    ],
    19: ["A certificate, if you want to start soon", "An associate degree, if you want to lead or to change course"],
    20: [
        "What does the job of a medical coder and biller consist of?",
        "How do I become a medical coder or biller?",
        "Can medical billers and coders work from home?",
        "Should I get an associate degree or a certificate?",
    ],
    21: [
        "Online programs: how to choose one",
        "Is medical coding hard?",
        "AAPC and AHIMA side by side",
        "How long does the schooling take?",
    ],
    22: ["Sources", "U.S. Bureau of Labor Statistics", "Salary.com"],
    23: ["nothing here promises a job or a wage", "A program does not promise a certification, a licence or a job"],
}
"""Row of the list of facts that the first guide must hold -> words on the page."""


@pytest.mark.parametrize("row", FACTS)
def test_every_fact_of_the_first_guide_is_on_its_page(billing_guide, row):
    assert [words for words in FACTS[row] if words not in billing_guide] == []


def test_the_newest_figures_come_before_the_older_ones(billing_guide):
    assert billing_guide.index("7.1% growth") < billing_guide.index("8% growth")
    assert billing_guide.index("$51,140") < billing_guide.index("$47,180")


def test_a_claim_without_a_source_is_not_shown_as_a_fact(billing_guide):
    """Row 12: that specialty certifications earn more is said by nobody who measured it."""
    assert "earn more than" not in billing_guide.replace("a tenth more than the 90th", "")


def test_the_wrong_name_of_an_issuer_still_finds_its_certifications(shipped, visitor):
    found = words_of(visitor, "/certifications/?q=National+health+career+Association")
    assert "Certified Billing and Coding Specialist (CBCS)" in found
    assert "American Academy of Professional Coders" not in words_of(visitor, "/guides/medical-billing-and-coding/")


def test_every_link_of_the_shipped_guides_leads_to_a_page(shipped, visitor):
    """Those into the advising record ask a visitor to sign in first."""
    for guide in Guide.objects.all():
        for address in page_links(visitor.get(guide.get_absolute_url()).content.decode()):
            expected = 302 if address.startswith("/advising/") else 200
            assert (address, visitor.get(address).status_code) == (address, expected)


def test_decisions_lead_to_searches_that_find_programs(shipped, visitor):
    for address in ("level=certificate&weeks_max=52", "level=associate", "level=bachelor"):
        page = visitor.get(f"/programs/?field=51.07&{address}").content.decode()
        assert int(re.search(r'data-total="(\d+)"', page).group(1)) > 0


def stored_edges():
    """Pairs of published records that a stored edge joins."""
    links = CareerLink.objects.filter(job_title__status=Status.PUBLISHED).select_related("job_title")
    for link in links.select_related("program__organization", "certification"):
        yield link.program or link.certification, link.job_title
    for link in ProgramCertification.objects.select_related("program__organization", "certification"):
        yield link.program, link.certification
    for link in JobTitleOccupation.objects.select_related("job_title", "occupation"):
        yield link.job_title, link.occupation
    for title in JobTitle.objects.prefetch_related("advances_to"):
        yield from ((title, higher) for higher in title.advances_to.all())
    for certification in Certification.objects.select_related("stage_of", "specialization_of"):
        for whole in (certification.stage_of, certification.specialization_of):
            if whole:
                yield certification, whole
    for guide in Guide.objects.all():
        yield from ((guide, occupation) for occupation in guide.occupations.all())
        yield from ((guide, title) for title in guide.job_titles.all())
        yield from ((guide, item.job_title) for item in guide.items.exclude(job_title=None))
        yield from ((guide, step.certification) for step in guide.steps.exclude(certification=None))


def is_public(record):
    school = getattr(record, "organization", record)
    return all(getattr(part, "is_published", True) for part in (record, school))


def test_every_stored_edge_is_a_link_in_both_directions(shipped, visitor):
    links = {}

    def links_of(record):
        address = record.get_absolute_url()
        if address not in links:
            links[address] = page_links(visitor.get(address).content.decode())
        return links[address]

    edges = {pair for pair in stored_edges() if is_public(pair[0]) and is_public(pair[1])}
    assert len(edges) > 300
    one_way = [
        (str(start), str(end))
        for pair in edges
        for start, end in (pair, pair[::-1])
        if end.get_absolute_url() not in links_of(start)
    ]
    assert one_way == []


def test_a_billing_program_without_edges_of_its_own_leads_to_billers_before_secretaries(shipped, visitor):
    """The official crosswalk sends 51.0714 to Medical Secretaries (43-6013) and to no billers at all."""
    program = make.make_offering(program=make.make_program(field=FieldOfStudy.objects.get(code="51.0714"))).program
    page = visitor.get(program.get_absolute_url()).content.decode()
    secretaries = JobTitle.objects.filter(occupations__code="43-6013")
    addresses = ["/occupations/43-6013/", *(title.get_absolute_url() for title in secretaries)]
    places = [page.index(f'href="{address}"') for address in addresses if f'href="{address}"' in page]
    assert places
    assert page.index('href="/careers/medical-biller/"') < min(places)
    biller = visitor.get("/careers/medical-biller/").content.decode()
    assert "/programs/?field=51.0714" in page_links(biller)
