import pytest

from tests import factories as make
from tests.pages import one_line, page_faults

pytestmark = pytest.mark.django_db


def test_first_page_leads_in_by_job_certification_and_field(visitor):
    health = make.make_field(code="51", title="Health")
    coding = make.make_field(code="51.0713", title="Coding", parent=health)
    program = make.make_offering(program=make.make_program(field=coding)).program
    cpc = make.make_certification(name="Certified Professional Coder", acronym="CPC", slug="cpc")
    make.make_program_certification(program, cpc)
    make.make_career_link(program=program, job_title=make.make_job_title(name="Medical coder"))
    response = visitor.get("/")
    html = response.content.decode()
    assert page_faults(html) == []
    ways_in = [
        (heading, [(choice.label, choice.count) for choice in facet.choices])
        for heading, facet in response.context["ways_in"]
    ]
    assert ways_in == [
        ("By job title", [("Medical coder", 1)]),
        ("By certification", [("Certified Professional Coder (CPC)", 1)]),
        ("By field", [("Health", 1)]),
    ]
    for address in ("/programs/?job=medical-coder", "/programs/?certification=cpc", "/programs/?field=51"):
        assert f'href="{address}"' in html


def test_one_job_title_of_each_occupation_leads_in(visitor):
    coding, nursing = make.make_occupation(), make.make_occupation()
    titles = {name: make.make_job_title(name=name) for name in ("Coder", "Coding clerk", "Nurse", "Helper")}
    for name, occupation in {"Coder": coding, "Coding clerk": coding, "Nurse": nursing}.items():
        titles[name].occupation_links.create(occupation=occupation, is_primary=True)
    for name in ("Coder", "Coder", "Coder", "Coding clerk", "Coding clerk", "Nurse", "Helper"):
        make.make_career_link(program=make.make_offering().program, job_title=titles[name])
    response = visitor.get("/")
    heading, facet = response.context["ways_in"][0]
    assert (heading, [(choice.label, choice.count) for choice in facet.choices]) == (
        "By job title",
        [("Coder", 3), ("Helper", 1), ("Nurse", 1)],
    )
    assert facet.hidden == 1
    assert "All of them (1 more)" in response.text


def test_empty_catalog_has_a_first_page(visitor):
    response = visitor.get("/")
    assert response.status_code == 200
    assert response.context["ways_in"] == []
    assert page_faults(response.content.decode()) == []


def test_first_page_stands_without_a_snapshot(visitor, monkeypatch):
    monkeypatch.setattr("programs.search.index.snapshot.current", lambda: None)
    make.make_offering()
    response = visitor.get("/")
    assert response.status_code == 200
    assert response.context["ways_in"] == []


def test_demonstration_is_announced_only_where_it_is_one(visitor, settings):
    assert "This is a demonstration" not in visitor.get("/").content.decode()
    settings.DEMO = True
    assert "This is a demonstration" in visitor.get("/").content.decode()


def test_header_leads_to_the_sections_and_marks_the_present_one(visitor):
    html = one_line(visitor.get("/schools/").text)
    assert '<a href="/schools/" aria-current="page">Schools</a>' in html
    assert '<a href="/programs/">Programs</a>' in html
    assert "Sign in</a>" in html
    assert "/admin/" not in html


def test_header_of_a_signed_in_editor(editor):
    html = one_line(make.client_for(editor).get("/schools/").text)
    assert '<a href="/admin/">Catalog editing</a>' in html
    assert "Sign out</button>" in html
    assert "Sign in</a>" not in html


def test_footer_gives_the_credits_that_licences_ask_for(visitor):
    html = visitor.get("/schools/").content.decode()
    for credit in ("O*NET 29.0 Database", "USDOL/ETA", "GeoNames, CC BY 4.0", "RoleMath Top-50 Certification Data"):
        assert credit in html
