from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages import one_line, page_faults

pytestmark = pytest.mark.django_db


def text_of(client, record):
    response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    html = response.content.decode()
    assert page_faults(html) == []
    return one_line(html)


def test_page_tells_every_fact_of_an_offering(visitor):
    program = make.make_program(name="Medical Coding", language="en", prerequisites="Typing", credits=Decimal("24.50"))
    offering = make.make_offering(
        program=program,
        weeks=26,
        modality="hybrid",
        pacing="cohort",
        interaction="mixed",
        onsite_requirement="instructional",
        schedule="evening",
        start_type="fixed",
        effort_hours=300,
    )
    make.make_start_date(offering=offering, starts_on=date(2027, 9, 6), apply_by=date(2027, 8, 1))
    make.make_cost(offering=offering, kind="tuition", amount=Decimal(2000), as_of=date(2026, 7, 1))
    make.make_cost(offering=offering, kind="fees", amount=Decimal("99.50"))
    html = text_of(visitor, program)
    for said in (
        "<h1>Medical Coding</h1>",
        "<dt>Format</dt><dd>Hybrid",
        "<dt>On site</dt><dd>Classes or practice on site</dd>",
        "<dt>Pace</dt><dd>With a cohort</dd>",
        "<dt>Live hours</dt><dd>Some live hours</dd>",
        "<dt>Time of day</dt><dd>Evening</dd>",
        '<dt>Length</dt><dd>about 6 months<p class="source">Reported by the school</p>',
        '<p class="source">300 hours of work</p></dd>',
        '6 September 2027 <span class="muted">(apply by 1 August 2027)</span>',
        "as of 1 July 2026",
        '<td class="number">$99.50</td>',
        "<b>$2,099.50</b>",
        "<dt>Credits</dt><dd>24.5</dd>",
        "<dt>Prerequisites</dt><dd>Typing</dd>",
        "<dt>Language</dt><dd>English</dd>",
    ):
        assert said in html


def test_ways_to_take_it_that_say_the_same_are_told_once(visitor):
    program = make.make_program()
    for amount in (1850, 1850, 1900):
        offering = make.make_offering(program=program)
        make.make_cost(offering=offering, amount=Decimal(amount))
        make.make_start_date(offering=offering)
    html = text_of(visitor, program)
    assert "<h2>2 ways to take it</h2>" in html
    assert [html.count(f"Online, about 4 months, from ${price}</h3>") for price in ("1,850", "1,900")] == [1, 1]


def test_what_is_unknown_is_said_to_be(visitor):
    program = make.make_program()
    make.make_offering(program=program, weeks=None, modality="unknown", modality_basis="unknown")
    html = text_of(visitor, program)
    missing = "Format, presence on site, pace, live hours, time of day, length, start"
    assert f"<dt>Not reported</dt><dd>{missing}</dd>" in html
    for fact in ("Education needed", "Prerequisites", "Credits", "Clock hours", "Language"):
        assert f"<dt>{fact}</dt><dd>Not reported" in html
    assert "<b>Cost:</b> Not reported" in html
    assert "Not reported for this program." in html
    assert "Not checked with the school." in html


def test_length_by_award_level_says_that_it_is_a_range(visitor):
    program = make.make_program()
    make.make_offering(program=program, weeks=(12, 51), duration_basis="award_level")
    assert "The range that IPEDS gives for this award, not this program’s own length" in text_of(visitor, program)


def test_yearly_costs_make_no_price(visitor):
    offering = make.make_offering()
    make.make_cost(offering=offering, kind="tuition", basis="per_year")
    assert "These give no price for the whole program" in text_of(visitor, offering.program)


def test_draft_offerings_stay_out(visitor):
    program = make.make_program()
    make.make_offering(program=program, status="draft", modality="hybrid")
    assert "How and when this program is taught is not reported." in text_of(visitor, program)


def test_route_shows_stated_edges_then_computed_ones(visitor):
    program = make.make_program()
    cpc = make.make_certification(name="Certified Professional Coder", acronym="CPC")
    make.make_program_certification(program, cpc, relation="meets_eligibility", verified_on=date(2026, 5, 4))
    coder = make.make_job_title(name="Medical coder")
    make.make_career_link(certification=cpc, job_title=coder)
    occupation = make.make_occupation(title="Secretaries")
    make.make_crosswalk(program.field, occupation)
    make.make_statistic(occupation=occupation, value=Decimal(41_000))
    html = text_of(visitor, program)
    assert "Meets eligibility for. Checked by our editors, 4 May 2026." in html
    assert "Prepares for (through CPC). Checked by our editors, 15 January 2025." in html
    assert "1 more by field of study" in html
    assert "Median $41,000 a year, United States, May 2025" in html
    assert html.index("Medical coder") < html.index("Secretaries")


def test_accreditation_names_who_what_and_when(visitor):
    program = make.make_program()
    make.make_accreditation(
        program=program, accreditor=make.make_organization(name="CAHIIM"), verify_url="https://example.org/check"
    )
    html = text_of(visitor, program)
    assert "Accredited by CAHIIM." in html
    assert "Checked 15 January 2025." in html
    assert 'href="https://example.org/check"' in html


def test_outcomes_carry_place_period_and_source(visitor):
    program = make.make_program()
    make.make_statistic(
        program=program,
        measure="completion_rate",
        statistic="percent",
        unit="percent",
        value=Decimal(81),
        area="OH",
        source=make.make_source(publisher="School board", title="Report"),
    )
    html = text_of(visitor, program)
    assert "<dt>Completion rate</dt><dd>81%" in html
    assert "Ohio, May 2025" in html
    assert "Source: School board, Report." in html


def test_source_and_date_of_the_record(visitor):
    source = make.make_source(publisher="NCES", title="IPEDS Completions 2023-24", url="https://example.org/ipeds")
    program = make.make_program(source=source, last_verified_on=date(2026, 8, 31))
    html = text_of(visitor, program)
    assert 'Source: <a href="https://example.org/ipeds">NCES, IPEDS Completions 2023-24</a>.' in html
    assert "Last checked 31 August 2026." in html


def test_invented_school_says_so(visitor):
    program = make.make_program(organization=make.make_organization(name="Quillwater", is_fictional=True))
    assert "This is a sample. Quillwater and its programs are invented" in text_of(visitor, program)
    assert "This is a sample" not in text_of(visitor, make.make_program())


def test_only_who_may_change_it_sees_the_edit_link(visitor, student, editor):
    program = make.make_program()
    link = f"/admin/programs/program/{program.pk}/change/"
    assert link not in text_of(visitor, program)
    assert link not in text_of(make.client_for(student), program)
    assert link in text_of(make.client_for(editor), program)


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("in_review", 404), ("retired", 410)])
def test_unpublished_program_is_not_there(visitor, status, code):
    assert visitor.get(make.make_program(status=status).get_absolute_url()).status_code == code
    hidden = make.make_program(organization=make.make_organization(status=status))
    assert visitor.get(hidden.get_absolute_url()).status_code == code


def test_program_is_found_only_at_its_own_school(visitor):
    program, other = make.make_program(), make.make_organization()
    assert visitor.get(f"/programs/{other.slug}/{program.slug}/").status_code == 404


def test_text_of_a_record_is_not_markup(visitor):
    program = make.make_program(name="<script>alert(1)</script>", slug="x", description="<b>bold</b>")
    html = text_of(visitor, program)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_statements_do_not_grow(visitor):
    counts = []
    for number in (1, 3):
        program = make.make_program()
        make.make_program_certification(program)
        for _ in range(number):
            offering = make.make_offering(program=program)
            make.make_cost(offering=offering)
            make.make_start_date(offering=offering)
            certification = make.make_certification()
            make.make_program_certification(program, certification)
            make.make_career_link(certification=certification)
            make.make_crosswalk(program.field, make.make_occupation())
            make.make_accreditation(program=program)
        with CaptureQueriesContext(connection) as found:
            text_of(visitor, program)
        counts.append(len(found))
    assert counts == [13, 13]
