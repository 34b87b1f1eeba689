import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages import one_line, page_faults

pytestmark = pytest.mark.django_db


def open_page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    assert page_faults(response.content.decode()) == []
    return response


def listed(client, **query) -> list[str]:
    return [school.name for school in open_page(client, "/schools/", **query).context["page"]]


def make_school(name, programs=1, **values):
    school = make.make_organization(name=name, **values)
    for _ in range(programs):
        make.make_program(organization=school)
    return school


def test_list_holds_published_schools_with_published_programs(visitor):
    make_school("Zeta")
    make_school("Alpha", programs=2)
    make_school("Hidden", status="draft")
    make.make_program(organization=make.make_organization(name="Empty"), status="draft")
    make.make_organization(name="Issuer only")
    schools = open_page(visitor, "/schools/").context["page"]
    assert [(school.name, school.program_count) for school in schools] == [("Alpha", 2), ("Zeta", 1)]


def test_capitals_and_accents_do_not_change_the_order(visitor, monkeypatch):
    monkeypatch.setattr("programs.views.schools.SCHOOLS_A_PAGE", 3)
    for name in ("Zeta", "AMG School", "École Nord", "eastern tech", "Abilene", "ECPI"):
        make_school(name)
    pages = [listed(visitor, page=page) for page in (1, 2)]
    assert pages == [["Abilene", "AMG School", "eastern tech"], ["École Nord", "ECPI", "Zeta"]]


@pytest.mark.parametrize("words", ["cuyahoga", "tri-c", "CCC", "college cuyahoga"])
def test_school_is_found_by_any_of_its_names(visitor, words):
    make_school("Cuyahoga Community College", acronym="CCC", aliases=["Tri-C"])
    make_school("Other")
    assert listed(visitor, q=words) == ["Cuyahoga Community College"]


def test_state_narrows_the_list(visitor):
    make_school("Here", state="OH")
    make_school("There", state="TX")
    assert listed(visitor, state="TX") == ["There"]


@pytest.mark.parametrize("query", [{"state": "ZZ"}, {"q": "x" * 7_000}, {"q": "a\x00b"}])
def test_bad_value_is_told_and_left_out(visitor, query):
    make_school("Only")
    response = open_page(visitor, "/schools/", **query)
    assert [school.name for school in response.context["page"]] == ["Only"]
    assert list(response.context["form"].errors) == list(query)
    assert 'class="errorlist"' in response.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999", "1e9"])
def test_bad_page_number_gives_a_page(visitor, page):
    make_school("Only")
    assert listed(visitor, page=page) == ["Only"]


def test_nothing_found_offers_a_way_out(visitor):
    make_school("Only")
    html = open_page(visitor, "/schools/", q="nowhere").content.decode()
    assert "No school matches" in html
    assert "0 schools" in html


def test_long_list_comes_in_pages_that_keep_the_choices(visitor, monkeypatch):
    monkeypatch.setattr("programs.views.schools.SCHOOLS_A_PAGE", 2)
    for name in "ABC":
        make_school(f"Valley {name}", state="OH")
    html = open_page(visitor, "/schools/", q="valley", state="OH").content.decode()
    assert 'href="?q=valley&amp;state=OH&amp;page=2"' in html
    assert listed(visitor, q="valley", page=2) == ["Valley C"]


def test_school_page_groups_programs_by_award(visitor):
    school = make.make_organization(name="Akron Tech", website="https://example.org/akron", unitid=123456)
    for name, level in (("Law", 18), ("Welding", 21), ("Art", 5), ("First aid", None), ("baking", 21)):
        make.make_program(organization=school, name=name, award_level=level)
    make.make_program(organization=school, name="Secret", status="draft")
    response = open_page(visitor, "/schools/akron-tech/")
    assert [program.name for program in response.context["page"]] == ["baking", "Welding", "Art", "Law", "First aid"]
    assert response.context["levels"] == [
        ("Certificate, 12 weeks to 1 year", 2),
        ("Bachelor’s degree", 1),
        ("Doctorate, professional practice", 1),
        ("Non-credit", 1),
    ]
    html = response.content.decode()
    for said in ("Akron, Ohio", 'href="https://example.org/akron"', "123456", "Not reported for this school."):
        assert said in html
    assert "Secret" not in html


def test_school_of_which_little_is_known_says_so(visitor):
    make.make_organization(name="Bare", city="", state="", control="unknown")
    html = one_line(open_page(visitor, "/schools/bare/").text)
    assert "Place not reported" in html
    assert "<dt>Run as</dt><dd>Not reported</dd>" in html


def test_long_list_of_programs_comes_in_pages(visitor, monkeypatch):
    monkeypatch.setattr("programs.views.schools.PROGRAMS_A_PAGE", 2)
    school = make_school("Big", programs=3)
    assert len(open_page(visitor, school.get_absolute_url()).context["page"]) == 2
    assert len(open_page(visitor, school.get_absolute_url(), page="2").context["page"]) == 1


def test_unpublished_school_is_not_there(visitor):
    assert visitor.get(make.make_organization(status="retired").get_absolute_url()).status_code == 410


@pytest.mark.parametrize("number", [1, 3])
def test_statements_do_not_grow(visitor, number):
    for _ in range(number):
        school = make.make_organization()
        for _ in range(number):
            offering = make.make_offering(program=make.make_program(organization=school))
            make.make_start_date(offering=offering)
            make.make_accreditation(organization=school)
    with CaptureQueriesContext(connection) as for_list:
        open_page(visitor, "/schools/")
    with CaptureQueriesContext(connection) as for_school:
        open_page(visitor, school.get_absolute_url())
    assert (len(for_list), len(for_school)) == (2, 7)


def test_sample_schools_come_last_and_are_marked(visitor):
    make_school("Aspen", is_fictional=True)
    make_school("Birch")
    assert listed(visitor) == ["Birch", "Aspen"]
    assert '>Aspen</a> <span class="badge">sample</span>' in open_page(visitor, "/schools/").text
