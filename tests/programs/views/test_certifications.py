from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import AwardLevel, CertificationRelation, Status
from tests import factories as make
from tests.pages import page_faults, page_links, page_words

pytestmark = pytest.mark.django_db


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert page_faults(page) == []
    return page_words(page), page_links(page)


@pytest.fixture
def cpc():
    issuer = make.make_organization(name="AAPC", aliases=["American Academy of Professional Coders"])
    return make.make_certification(
        name="Certified Professional Coder",
        acronym="CPC",
        slug="cpc",
        issuer=issuer,
        summary="Shows that one can code.",
        field=make.make_field(code="51.0713"),
        exam_fee_min=399,
        exam_fee_max=499,
        fee_as_of=date(2026, 1, 1),
        valid_for_months=24,
        renewal_fee=Decimal("180.00"),
        source=make.make_source(publisher="AAPC", title="Pages"),
    )


def listed(client, query):
    return [row.name for row in client.get(f"/certifications/?{query}").context["page"]]


@pytest.fixture
def several(cpc):
    make.make_field(code="51", title="Health")
    make.make_field(code="47", title="Repair")
    make.make_certification(name="Auto repair", field=make.make_field(code="47.0604"))
    make.make_certification(name="Hidden", status=Status.DRAFT)
    program = make.make_program(award_level=AwardLevel.ASSOCIATE)
    make.make_program_certification(program, cpc)
    draft = make.make_program(award_level=AwardLevel.BACHELOR, status=Status.DRAFT)
    make.make_program_certification(draft, cpc)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Auto repair", "Certified Professional Coder"]),
        ("q=cpc", ["Certified Professional Coder"]),
        ("q=academy+coders", ["Certified Professional Coder"]),
        ("q=coder+plumber", []),
        ("issuer=aapc", ["Certified Professional Coder"]),
        ("field=47", ["Auto repair"]),
        ("level=associate", ["Certified Professional Coder"]),
        ("level=bachelor", []),
        ("level=noncredit", []),
        ("issuer=aapc&field=47", []),
        ("issuer=nobody", ["Auto repair", "Certified Professional Coder"]),
        ("level=%00&field=x&page=abc", ["Auto repair", "Certified Professional Coder"]),
    ],
)
def test_the_list_is_narrowed_by_words_issuer_field_and_level(visitor, several, query, names):
    assert listed(visitor, query) == names


def test_capitals_and_accents_do_not_change_the_order(visitor):
    for name, issuer in (("Zeta", "eBay"), ("iOS Developer", "Éclair"), ("IBM Analyst", "AAPC")):
        make.make_certification(name=name, acronym="", issuer=make.make_organization(name=issuer))
    context = visitor.get("/certifications/").context
    assert [record.name for record in context["page"]] == ["IBM Analyst", "iOS Developer", "Zeta"]
    issuers = [label for _, label in context["form"].fields["issuer"].choices]
    assert issuers == ["All issuers", "AAPC", "eBay", "Éclair"]


def test_an_empty_list_and_a_wrong_choice_say_what_to_do(visitor, several):
    assert "No certification matches" in read(visitor, "/certifications/?q=zzz")[0]
    assert "Select a valid choice" in read(visitor, "/certifications/?issuer=nobody")[0]


def test_a_certification_says_what_it_asks_for_and_costs(visitor, cpc):
    make.make_requirement(certification=cpc, kind="experience", text="Two years of coding", months_experience=24)
    words, _ = read(visitor, "/certifications/cpc/")
    for said in (
        "Issued by AAPC. Certification is not a licence.",
        "Shows that one can code.",
        "Experience: Two years of coding (2 years of experience)",
        "Exam fee $399 to $499 As of 1 January 2026. Source: AAPC, Pages",
        "Valid for 2 years Renewal Not reported Renewal fee $180",
        "No program in the directory states that it leads to CPC.",
    ):
        assert said in words


def test_what_is_unknown_is_not_reported_and_what_never_expires_needs_nothing(visitor):
    unknown = make.make_certification()
    words, _ = read(visitor, unknown.get_absolute_url())
    assert "Exam fee Not reported Valid for Not reported Renewal Not reported Renewal fee Not reported" in words
    lasting = make.make_certification(valid_for_months=0)
    words, _ = read(visitor, lasting.get_absolute_url())
    assert "Valid for it does not expire Renewal None needed Renewal fee None" in words


def test_programs_come_by_relation_with_count_and_the_way_to_all(visitor, cpc):
    by_relation = {}
    for relation in CertificationRelation:
        by_relation[relation] = make.make_offering(program=make.make_program(name=f"By {relation.label}")).program
        make.make_program_certification(by_relation[relation], cpc, relation=relation)
    make.make_program_certification(make.make_program(name="Hidden", status=Status.DRAFT), cpc)
    words, links = read(visitor, "/certifications/cpc/")
    assert "Search all 3 programs" in words
    assert words.index("Awards CPC") < words.index("Meets eligibility for CPC") < words.index("Prepares for CPC")
    assert {"/programs/?certification=cpc", *(p.get_absolute_url() for p in by_relation.values())} <= links
    assert "Hidden" not in words
    for program in by_relation.values():
        assert "/certifications/cpc/" in read(visitor, program.get_absolute_url())[1]


def test_programs_of_the_same_field_are_computed_and_said_to_be(visitor, cpc):
    program = make.make_offering(program=make.make_program(field=cpc.field)).program
    words, links = read(visitor, "/certifications/cpc/")
    assert "Programs in its field computed" in words
    assert "Nobody has checked whether each of them prepares for CPC" in words
    assert program.get_absolute_url() in links


def test_stages_and_specializations_link_to_one_another(visitor, cpc):
    stage = make.make_certification(name="Apprentice", stage_of=cpc)
    special = make.make_certification(name="Surgery coder", specialization_of=cpc)
    hidden = make.make_certification(name="Hidden", specialization_of=cpc, status=Status.DRAFT)
    words, links = read(visitor, "/certifications/cpc/")
    assert {stage.get_absolute_url(), special.get_absolute_url()} <= links
    assert hidden.name not in words
    for part in (stage, special):
        assert "/certifications/cpc/" in read(visitor, part.get_absolute_url())[1]


def test_with_a_zip_the_nearest_program_comes_first(visitor, cpc):
    make.make_zip("44308")
    for name, latitude, longitude in (("A far", 34.0, -118.2), ("B unknown", None, None), ("C near", 41.1, -81.5)):
        school = make.make_organization(latitude=latitude, longitude=longitude)
        program = make.make_offering(program=make.make_program(name=name, organization=school)).program
        make.make_program_certification(program, cpc)
    visitor.post("/place/", {"place": "44308"})
    response = visitor.get("/certifications/cpc/")
    ((_, links),) = response.context["program_groups"]
    assert [link.program.name for link in links] == ["C near", "A far", "B unknown"]
    assert "/programs/?certification=cpc&zip=44308&within=50" in page_links(response.content.decode())


def test_only_published_certifications_have_a_page(visitor, cpc):
    cpc.status = Status.RETIRED
    cpc.save()
    assert visitor.get("/certifications/cpc/").status_code == 410


def test_statements_do_not_grow_with_what_the_page_lists(visitor, cpc):
    def grow():
        make.make_program_certification(make.make_offering().program, cpc)
        make.make_career_link(certification=cpc)
        make.make_requirement(certification=cpc)
        make.make_certification(stage_of=cpc)
        make.make_offering(program=make.make_program(field=cpc.field))

    def statements():
        visitor.get("/certifications/cpc/")  # builds the search snapshot
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get("/certifications/cpc/").status_code == 200
        return len(queries)

    grow()
    with_one = statements()
    grow()
    grow()
    assert statements() == with_one


@pytest.mark.parametrize("zip_code", ["", "44308"])
def test_sample_programs_come_last_and_are_marked(visitor, cpc, zip_code):
    make.make_zip()
    sample = make.make_organization(name="Aspen", is_fictional=True, latitude=41.08, longitude=-81.52)
    real = make.make_organization(name="Birch", latitude=30.0, longitude=-97.7)
    for name, school in (("Art of Coding", sample), ("Coding", real)):
        program = make.make_offering(program=make.make_program(name=name, organization=school)).program
        make.make_program_certification(program, cpc)
    if zip_code:
        visitor.post("/place/", {"place": zip_code})
    words, _ = read(visitor, "/certifications/cpc/")
    assert words.index("Coding Birch") < words.index("Art of Coding sample Aspen")


def test_a_fee_that_is_old_says_so(visitor):
    old = make.make_certification(exam_fee_min=300, exam_fee_max=300, fee_as_of=date(2020, 1, 1))
    assert "Exam fee $300 (more than 24 months old) As of 1 January 2020" in read(visitor, old.get_absolute_url())[0]
