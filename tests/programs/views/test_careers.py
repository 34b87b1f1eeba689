from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import CareerRelation, Seniority, StatisticKind, Status, SuppressedReason
from tests import factories as make
from tests.pages import one_line, page_faults, page_links, page_words

pytestmark = pytest.mark.django_db


def read(client, address):
    """(words, links) of a page that has no fault."""
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert page_faults(page) == []
    return page_words(page), page_links(page)


@pytest.fixture
def coder():
    occupation = make.make_occupation(
        code="29-2072", title="Medical Records Specialists", remote_work="common", direct_patient_care=False
    )
    return make.make_job_title(
        name="Medical coder", occupation=occupation, seniority=Seniority.ENTRY, aliases=["Coding specialist"]
    )


@pytest.fixture
def occupation(coder):
    return coder.occupations.get()


def test_a_job_title_says_what_it_is_and_what_is_not_reported(visitor, coder):
    words, links = read(visitor, "/careers/medical-coder/")
    for said in (
        "Also called Coding specialist",
        "Level Entry level",
        "Remote work Common",
        "Direct patient care No",
        "Education Not reported",
        "No certification is linked to this job title.",
        "Medical Records Specialists: wage not reported.",
        "Medical Records Specialists: outlook not reported.",
        "No program in the directory leads here yet.",
    ):
        assert said in words
    assert "/occupations/29-2072/" in links


def test_a_title_without_occupation_reports_nothing(visitor):
    title = make.make_job_title(name="Pioneer")
    words, _ = read(visitor, title.get_absolute_url())
    assert "Occupation Not reported" in words
    assert "Remote work Not reported Direct patient care Not reported" in words


def test_certifications_programs_and_titles_are_linked_with_their_basis(visitor, coder):
    cpc = make.make_certification(name="Certified Professional Coder", acronym="CPC")
    source = make.make_source(publisher="AAPC", title="Pages")
    make.make_career_link(
        job_title=coder,
        certification=cpc,
        relation=CareerRelation.PREFERRED,
        source=source,
        verified_on=date(2026, 1, 5),
    )
    program = make.make_offering().program
    make.make_career_link(job_title=coder, program=program, verified_on=None)
    manager, clerk = make.make_job_title(name="Coding manager"), make.make_job_title(name="Records clerk")
    coder.advances_to.add(manager)
    clerk.advances_to.add(coder)
    words, links = read(visitor, coder.get_absolute_url())
    assert "Certified Professional Coder (CPC) Preferred by employers" in words
    assert "Checked by our editors, 5 January 2026. Source: AAPC, Pages" in words
    assert "Checked by our editors, date of check not reported" in words
    for record in (cpc, program, manager, clerk):
        assert record.get_absolute_url() in links
        assert coder.get_absolute_url() in read(visitor, record.get_absolute_url())[1]


def test_drafts_appear_nowhere_on_the_page(visitor, coder):
    hidden = {
        "certification": make.make_certification(name="Hidden certification", status=Status.DRAFT),
        "program": make.make_offering(program=make.make_program(name="Hidden program", status=Status.DRAFT)).program,
    }
    for kind, record in hidden.items():
        make.make_career_link(job_title=coder, **{kind: record})
    closed = make.make_organization(name="Hidden school", status=Status.RETIRED)
    make.make_career_link(job_title=coder, program=make.make_program(name="Hidden too", organization=closed))
    coder.advances_to.add(make.make_job_title(name="Hidden title", status=Status.DRAFT))
    guide = make.make_guide(title="Hidden guide", status=Status.DRAFT)
    guide.job_titles.add(coder)
    assert "Hidden" not in read(visitor, coder.get_absolute_url())[0]
    coder.status = Status.DRAFT
    coder.save()
    assert visitor.get(coder.get_absolute_url()).status_code == 404


def test_a_wage_is_a_picture_and_a_table_with_its_period_area_and_source(visitor, coder, occupation, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 22))
    source = make.make_source(publisher="Bureau", title="Wages, May 2025")
    amounts = {"p10": 37_000, "p25": 43_490, "median": 51_140, "p75": 64_820, "p90": 81_150, "mean": 56_790}
    for statistic, amount in amounts.items():
        make.make_statistic(occupation=occupation, statistic=statistic, value=Decimal(amount), source=source)
    page = one_line(visitor.get(coder.get_absolute_url()).text)
    assert '<circle class="wage-median" cx="107.5" cy="31" r="7"/>' in page
    words = page_words(page)
    assert "Medical Records Specialists: annual wage, United States, May 2025" in words
    assert "10th percentile $37,000 a year 25th percentile $43,490 a year Median $51,140 a year" in words
    assert "Source: Bureau, Wages, May 2025" in words
    assert "more than 24 months old" not in words


def test_suppressed_and_old_values_are_said_in_words(visitor, coder, occupation):
    make.make_statistic(
        occupation=occupation, statistic=StatisticKind.MEAN, value=None, suppressed_reason=SuppressedReason.PRIVACY
    )
    make.make_statistic(
        job_title=coder,
        value=Decimal(66_000),
        qualifier="over",
        period_start=date(2020, 1, 1),
        period_end=date(2020, 12, 31),
    )
    words, _ = read(visitor, coder.get_absolute_url())
    assert "Mean Not available: withheld by the publisher to protect privacy" in words
    assert "Annual wage, median more than $66,000 a year more than 24 months old United States, 2020." in words


def test_programs_are_reached_through_the_crosswalk_and_labelled_so(visitor, coder, occupation):
    field = make.make_field(title="Medical coding")
    make.make_crosswalk(field, occupation)
    program = make.make_offering(program=make.make_program(field=field)).program
    words, links = read(visitor, coder.get_absolute_url())
    assert program.get_absolute_url() in links
    assert "By field of study computed" in words
    assert f"Medical coding CIP {field.code} · by the crosswalk" in words
    assert {f"/programs/?field={field.code}", "/programs/?job=medical-coder"} <= links


@pytest.mark.parametrize("straight", [0, 1])
def test_the_pathway_holds_programs_that_lead_through_a_certification(visitor, coder, straight):
    cpc = make.make_certification(acronym="CPC")
    make.make_career_link(job_title=coder, certification=cpc)
    programs = [make.make_program_certification(certification=cpc).program for _ in range(2)]
    for program in programs[:straight]:
        make.make_career_link(job_title=coder, program=program)
    pathway = visitor.get("/careers/medical-coder/").context["pathway"]
    assert {node.name for node in pathway.layers[0].nodes} == {program.name for program in programs}
    through = f"certification-{cpc.pk}"
    assert {start for start, end in pathway.joins if end == through} == {f"program-{one.pk}" for one in programs}


def test_the_pathway_is_drawn_twice_and_listed_once(visitor, coder):
    cpc = make.make_certification(acronym="CPC")
    make.make_career_link(job_title=coder, certification=cpc)
    make.make_program_certification(make.make_offering().program, cpc)
    page = one_line(visitor.get(coder.get_absolute_url()).text)
    assert page.count('<svg class="pathway-') == 2
    assert page.count('class="pathway-stop title"') == 2
    twin = page[page.index("The same way as a list") :]
    assert "<ol>" in twin
    assert f'<a href="{cpc.get_absolute_url()}">CPC</a>' in twin


def test_the_choices_of_the_results_page_are_kept(visitor, coder, occupation):
    make.make_offering(program=make.make_program(field=make.make_crosswalk(occupation=occupation).field))
    came_from = "http://testserver/programs/?modality=online&level=certificate&page=3&q=coding&job=other&nonsense=1"
    page = visitor.get(coder.get_absolute_url(), headers={"referer": came_from}).content.decode()
    assert "/programs/?modality=online&level=certificate&job=medical-coder" in page_links(page)


@pytest.mark.parametrize(
    "came_from",
    [
        "http://evil.example/programs/?modality=online",
        "http://testserver/schools/?state=OH",
        "::::",
        "http://[",
        "http://testserver/programs/?" + "&" * 1990,
    ],
)
def test_choices_from_anywhere_else_are_not_kept(visitor, coder, occupation, came_from):
    make.make_offering(program=make.make_program(field=make.make_crosswalk(occupation=occupation).field))
    response = visitor.get(coder.get_absolute_url(), headers={"referer": came_from})
    assert response.status_code == 200
    assert "/programs/?job=medical-coder" in page_links(response.content.decode())


@pytest.mark.parametrize("query", ["cma", "CMA", "certified medical", "clinical assistants"])
def test_careers_are_found_by_any_title_and_lead_to_programs(visitor, query):
    occupation = make.make_occupation(code="31-9092", title="Medical Assistants")
    make.make_occupation_title(occupation=occupation, title="Certified Medical Assistant (CMA)")
    make.make_job_title(
        name="Clinical assistant", aliases=["CMA", "Certified medical helper"], slug="clinical-assistant"
    )
    words, links = read(visitor, f"/careers/?q={query}")
    assert "Clinical assistant" in words
    assert {"/careers/clinical-assistant/", "/programs/?job=clinical-assistant"} <= links


def test_the_list_without_words_has_curated_titles_and_all_occupations(visitor, coder):
    make.make_job_title(name="Reported title", is_curated=False)
    words, links = read(visitor, "/careers/")
    assert "Medical coder" in words
    assert "Reported title" not in words
    assert "/occupations/29-2072/" in links


@pytest.mark.parametrize("query", ["zzzz", "%00zzzz", "'", "<script>", "x" * 5000, "%F0%9F%92%A9"])
def test_words_that_find_nothing_offer_the_search_of_programs(visitor, query):
    assert "No career has this name" in read(visitor, f"/careers/?q={query}")[0]


def test_capitals_and_accents_do_not_change_the_order(visitor, monkeypatch):
    monkeypatch.setattr("programs.views.careers.OCCUPATIONS_A_PAGE", 2)
    for name in ("Welder", "IT technician", "Ébéniste", "iron worker"):
        make.make_job_title(name=name, is_curated=True, occupation=make.make_occupation(title=f"{name}s"))
    pages = [visitor.get("/careers/", {"page": page}).context for page in (1, 2)]
    assert [title.name for title in pages[0]["curated"]] == ["Ébéniste", "iron worker", "IT technician", "Welder"]
    listed = [[occupation.title for occupation in context["page"]] for context in pages]
    assert listed == [["Ébénistes", "iron workers"], ["IT technicians", "Welders"]]


def test_an_occupation_shows_titles_certifications_and_fields(visitor, coder, occupation):
    make.make_occupation_title(occupation=occupation, title="Health records clerk")
    cpc = make.make_certification(name="Certified Professional Coder")
    make.make_career_link(job_title=coder, certification=cpc)
    field = make.make_crosswalk(occupation=occupation).field
    words, links = read(visitor, "/occupations/29-2072/")
    assert "Health records clerk" in words
    assert f"{cpc.issuer.name} · for Medical coder" in words
    assert {coder.get_absolute_url(), cpc.get_absolute_url(), f"/programs/?field={field.code}"} <= links
    assert visitor.get("/occupations/00-0000/").status_code == 404
    assert visitor.get("/occupations/not-a-code/").status_code == 404


def grow(title, occupation):
    """One more of everything that the pages of a job title and its occupation list."""
    certification = make.make_certification(field=make.make_field())
    make.make_career_link(job_title=title, certification=certification)
    program = make.make_offering(
        program=make.make_program(field=make.make_crosswalk(occupation=occupation).field)
    ).program
    make.make_career_link(job_title=title, program=program)
    make.make_program_certification(program, certification)
    title.advances_to.add(make.make_job_title())
    make.make_job_title().advances_to.add(title)
    make.make_job_title(occupation=occupation)
    make.make_occupation_title(occupation=occupation)
    make.make_statistic(occupation=occupation)
    make.make_statistic(job_title=title)
    guide = make.make_guide()
    guide.job_titles.add(title)
    guide.occupations.add(occupation)
    make.make_guide_item(guide=guide, kind="setting", source=make.make_source())


@pytest.mark.parametrize("address", ["/careers/medical-coder/", "/occupations/29-2072/"])
def test_statements_do_not_grow_with_what_a_page_lists(visitor, coder, occupation, address):
    def statements():
        visitor.get(address)  # builds the search snapshot
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(address).status_code == 200
        return len(queries)

    grow(coder, occupation)
    with_one = statements()
    grow(coder, occupation)
    grow(coder, occupation)
    assert statements() == with_one


def test_what_is_published_for_several_occupations_names_them_wherever_it_is_shown(visitor, coder, occupation):
    names = "Medical Records Specialists; Health Registrars"
    make.make_statistic(occupation=occupation, group_code="29-2070", group_names=names)
    make.make_statistic(
        occupation=occupation,
        measure="employment_growth",
        statistic=StatisticKind.PERCENT,
        unit="percent",
        value=7,
        period_start=date(2024, 1, 1),
        period_end=date(2034, 12, 31),
        group_code="29-2070",
        group_names=names,
    )
    occupation.typical_entry_education, occupation.education_group_names = "Bachelor's degree", names
    occupation.save()
    program = make.make_offering().program
    make.make_career_link(job_title=coder, program=program)
    together = f"for 2 occupations together: {names}"

    for address in ("/careers/medical-coder/", "/occupations/29-2072/"):
        words, _ = read(visitor, address)
        assert f"annual wage, United States, May 2025, {together}" in words
        assert f"7% growth United States, 2024 to 2034, {together}. Source" in words
        assert f"Education Bachelor's degree, {together}" in words
    for address in (program.get_absolute_url(), "/programs/"):
        assert f"edian $50,000 a year, United States, May 2025, {together}" in read(visitor, address)[0]
    assert f"SOC 29-2072 · Bachelor's degree, {together}" in read(visitor, "/careers/?q=medical+records")[0]


def test_why_the_pay_quoted_for_a_title_is_another_than_its_occupations(visitor, coder, occupation):
    make.make_statistic(occupation=occupation)
    assert "Quoted for the title itself" not in read(visitor, "/careers/medical-coder/")[0]

    make.make_statistic(job_title=coder, statistic=StatisticKind.MEAN, value=100_000)
    words, _ = read(visitor, "/careers/medical-coder/")
    assert "Quoted for the title itself" in words.partition("Figures quoted for these titles")[2]


def test_samples_come_last_and_are_marked_among_the_programs_of_a_title(visitor, coder):
    sample = make.make_organization(name="Aspen School", is_fictional=True)
    for name, school in (("Art of Coding", sample), ("Coding", make.make_organization(name="Birch School"))):
        program = make.make_offering(program=make.make_program(name=name, organization=school)).program
        make.make_career_link(job_title=coder, program=program)
    words, _ = read(visitor, "/careers/medical-coder/")
    listed = words.partition("Linked to this job title one by one")[2]
    assert listed.index("Coding Birch School") < listed.index("Art of Coding sample Aspen School")
    pathway = words.partition("The same way as a list")[2].partition("Job title")[0]
    assert pathway.index("Coding Birch School") < pathway.index("Art of Coding Sample: Aspen School")
