from datetime import date
from decimal import Decimal

import pytest

from programs.routes.graph import CROSSWALK, SAME_FIELD, routes_for
from tests import factories as make

pytestmark = pytest.mark.django_db


def route_of(program, **options):
    return routes_for([program], **options)[program.pk]


def names(stops):
    return [stop.name for stop in stops]


def test_program_without_any_link_has_an_empty_route():
    route = route_of(make.make_program())
    assert (route.certifications, route.careers, route.sources) == ((), (), [])


def test_program_without_field_has_a_route_too():
    program = make.make_program(field=None, status="draft")
    assert route_of(program).careers == ()


def test_certifications_stand_in_the_order_of_what_the_program_does_for_them():
    program = make.make_program()
    for name, relation in (("A", "prepares_for"), ("B", "awards"), ("C", "meets_eligibility")):
        make.make_program_certification(program, make.make_certification(name=name), relation=relation)
    route = route_of(program)
    assert [(stop.name, stop.relation) for stop in route.certifications] == [
        ("B", "Awards"),
        ("C", "Meets eligibility for"),
        ("A", "Prepares for"),
    ]


def test_two_relations_to_one_certification_are_one_stop():
    program, certification = make.make_program(), make.make_certification()
    make.make_program_certification(program, certification, relation="prepares_for")
    make.make_program_certification(program, certification, relation="meets_eligibility")
    (stop,) = route_of(program).certifications
    assert stop.relation == "Meets eligibility for; prepares for"


def test_stated_link_carries_basis_source_and_date():
    program, source = make.make_program(), make.make_source()
    make.make_career_link(program=program, basis="provider", source=source, verified_on=date(2026, 5, 4))
    (stop,) = route_of(program).careers
    assert (stop.relation, stop.basis, stop.source, stop.verified_on, stop.computed) == (
        "Prepares for",
        "Stated by the provider",
        source,
        date(2026, 5, 4),
        False,
    )


def test_job_title_behind_a_certification_says_through_which():
    program, certification, biller = make.make_program(), make.make_certification(), make.make_job_title(name="Biller")
    make.make_program_certification(program, certification)
    make.make_career_link(certification=certification, job_title=biller)
    (stop,) = route_of(program).careers
    assert (stop.name, stop.through, stop.computed) == ("Biller", certification, False)


def test_drafts_are_on_no_route():
    program = make.make_program()
    draft = make.make_certification(status="draft")
    make.make_program_certification(program, draft)
    make.make_career_link(certification=draft)
    make.make_career_link(program=program, job_title=make.make_job_title(status="retired"))
    occupation = make.make_occupation()
    make.make_crosswalk(program.field, occupation)
    make.make_job_title(occupation=occupation, status="draft")
    route = route_of(program)
    assert (route.certifications, names(route.careers)) == ((), [occupation.title])


def test_computed_links_come_after_stated_ones_and_say_what_they_are():
    """The crosswalk sends 51.0714 to Medical Secretaries; a biller stands above them all the same."""
    billing = make.make_field(code="51.0714", title="Medical Biller")
    secretaries = make.make_occupation(code="43-6013", title="Medical Secretaries")
    records = make.make_occupation(code="29-2072", title="Medical Records Specialists")
    make.make_crosswalk(billing, secretaries)
    biller = make.make_job_title(name="Medical biller", occupation=records)
    make.make_career_link(certification=make.make_certification(field=billing), job_title=biller)
    stated = make.make_job_title(name="Zealous clerk")
    program = make.make_program(field=billing)
    make.make_career_link(program=program, job_title=stated)

    careers = route_of(program).careers
    assert [(stop.name, stop.computed) for stop in careers] == [
        ("Zealous clerk", False),
        ("Medical biller", True),
        ("Medical Secretaries", True),
    ]
    assert [stop.basis for stop in careers[1:]] == [SAME_FIELD, CROSSWALK]


def test_link_of_another_program_in_the_field_counts_only_when_checked_and_public():
    field = make.make_field()
    for basis, status in (("provider", "published"), ("curated", "draft")):
        make.make_career_link(program=make.make_program(field=field, status=status), basis=basis)
    assert route_of(make.make_program(field=field)).careers == ()


def test_occupation_gives_way_to_the_titles_our_editors_wrote_for_it():
    program, occupation, other = make.make_program(), make.make_occupation(), make.make_occupation()
    make.make_crosswalk(program.field, occupation)
    make.make_crosswalk(program.field, other)
    make.make_job_title(name="Welder", occupation=occupation)
    assert names(route_of(program).careers) == ["Welder", other.title]


def test_teaching_the_field_comes_after_working_in_it():
    program = make.make_program()
    for code, title in (("25-1072", "Nursing Instructors"), ("29-1141", "Registered Nurses")):
        make.make_crosswalk(program.field, make.make_occupation(code=code, title=title))
    assert names(route_of(program).careers) == ["Registered Nurses", "Nursing Instructors"]


def test_occupation_names_some_titles_that_people_report():
    program, occupation = make.make_program(), make.make_occupation()
    make.make_crosswalk(program.field, occupation)
    titles = [make.make_job_title(name=f"Title {n}", occupation=occupation, is_curated=False) for n in range(3)]
    (stop,) = route_of(program, reported_titles=2).careers
    assert list(stop.titles) == titles[:2]
    assert route_of(program).careers[0].titles == ()


def test_wage_is_the_titles_own_or_its_occupations():
    program, occupation = make.make_program(), make.make_occupation()
    own, borrowed = (make.make_job_title(name=name, occupation=occupation) for name in ("Own", "Borrowed"))
    make.make_career_link(program=program, job_title=own)
    make.make_career_link(program=program, job_title=borrowed)
    make.make_statistic(job_title=own, value=Decimal(60_000))
    make.make_statistic(occupation=occupation, value=Decimal(50_000))
    make.make_statistic(occupation=occupation, value=Decimal(90_000), statistic="p90")
    assert [(stop.name, stop.wage.text) for stop in route_of(program).careers] == [
        ("Borrowed", "$50,000 a year"),
        ("Own", "$60,000 a year"),
    ]


def test_wage_that_was_not_published_is_left_out():
    program, occupation = make.make_program(), make.make_occupation()
    make.make_crosswalk(program.field, occupation)
    make.make_statistic(occupation=occupation, value=None, suppressed_reason="not_available")
    assert route_of(program).careers[0].wage is None


def test_sources_are_named_once():
    program, source = make.make_program(), make.make_source()
    for _ in range(2):
        make.make_career_link(program=program, source=source)
    assert route_of(program).sources == [source]


@pytest.mark.parametrize("reported_titles", [0, 2])
def test_statements_do_not_grow_with_the_programs(reported_titles, django_assert_num_queries):
    programs = []
    for _ in range(3):
        program, certification, occupation = make.make_program(), make.make_certification(), make.make_occupation()
        make.make_program_certification(program, certification)
        make.make_career_link(certification=certification, job_title=make.make_job_title(occupation=occupation))
        make.make_crosswalk(program.field, make.make_occupation())
        programs.append(program)
    for some in (programs[:1], programs):
        with django_assert_num_queries(6 if reported_titles else 5):
            routes_for(some, reported_titles=reported_titles)
