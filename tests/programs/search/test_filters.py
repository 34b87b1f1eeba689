"""What each filter means in the ORM, and what the form refuses. That the snapshot agrees is tests/programs/search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from programs.search import ProgramFilterSet
from tests import factories as make

pytestmark = pytest.mark.django_db


def found(**data):
    filterset = ProgramFilterSet(data)
    assert not filterset.form.errors
    return set(filterset.qs.values_list("pk", flat=True))


def errors(**data):
    return {name: list(messages) for name, messages in ProgramFilterSet(data).form.errors.items()}


@pytest.mark.parametrize(
    ("parameter", "values"),
    [("modality", ["hybrid"]), ("pacing", ["self_paced", "cohort"]), ("interaction", ["unknown"])],
)
def test_how_an_offering_is_delivered(parameter, values):
    wanted = make.make_offering(**{parameter: values[-1]}).program_id
    make.make_offering(**{parameter: {"modality": "online", "pacing": "unknown", "interaction": "mixed"}[parameter]})
    assert found(**{parameter: values}) == {wanted}


def test_level_is_a_group_of_award_levels_and_non_credit_is_one():
    certificate, associate, noncredit = (make.make_program(award_level=level).pk for level in (20, 3, None))
    assert found(level=["certificate"]) == {certificate}
    assert found(level=["associate", "noncredit"]) == {associate, noncredit}


def test_language_is_the_one_of_teaching_by_its_tag():
    english, spanish, french = (make.make_program(language=tag).pk for tag in ("en", "es", "fr"))
    assert found(language=["es", "fr"]) == {spanish, french}
    assert found(language=["en"]) == {english}


def test_weeks_hold_the_whole_span():
    make.make_offering(weeks=(12, 51))
    short = make.make_offering(weeks=(6, 12)).program_id
    assert found(weeks_max="12") == {short}
    assert found(weeks_min="6", weeks_max="12") == {short}
    assert found(weeks_min="7", weeks_max="12") == set()


def test_credits_are_those_of_the_program_and_may_be_fractions():
    short, long = (make.make_program(credits=number).pk for number in ("12.5", "60"))
    unknown = make.make_program().pk
    assert found(credits_max="60") == {short, long}
    assert found(credits_min="12", credits_max="12") == set()
    assert found(credits_min="13") == {long}
    assert found(credits_min="13", include_unknown="1") == {long, unknown}


def test_cost_is_the_lowest_whole_price():
    """Tuition for a residency and what everyone pays beside it; a year's tuition gives no price of the whole."""
    offering = make.make_offering()
    for kind, residency, amount in (
        ("tuition", "in_state", 900),
        ("tuition", "out_of_state", 2000),
        ("books", "any", 100),
        ("fees", "out_of_state", 50),
    ):
        make.make_cost(offering=offering, kind=kind, residency=residency, amount=amount)
    yearly = make.make_cost(kind="tuition", amount=10, basis="per_year").offering
    foreign = make.make_cost(kind="tuition", amount=10, currency="CAD").offering
    assert found(cost_max="1000") == found(cost_min="1000") == {offering.program_id}
    assert found(cost_max="999") == set()
    assert found(cost_max="0", include_unknown="1") == {yearly.program_id, foreign.program_id}


def test_a_published_total_stands_as_it_is():
    offering = make.make_offering()
    make.make_cost(offering=offering, kind="total", amount=5000)
    make.make_cost(offering=offering, kind="tuition", amount=100)
    assert found(cost_min="5000", cost_max="5000") == {offering.program_id}


def test_place_by_state_and_by_zip():
    make.make_zip("44308", latitude=41.08, longitude=-81.52)
    near = make.make_program(organization=make.make_organization(state="OH", latitude=41.1, longitude=-81.5)).pk
    far = make.make_program(organization=make.make_organization(state="OH", latitude=39.1, longitude=-84.5)).pk
    make.make_program(organization=make.make_organization(state="TX"))
    assert found(state=["OH"]) == {near, far}
    assert found(zip="44308", within="25") == {near}
    assert found(zip="44308") == found(zip="44308-1234") == found(zip="44308", within="50") == {near}


def test_a_zip_without_a_radius_means_near_and_the_form_says_so():
    make.make_zip("44308")
    filterset = ProgramFilterSet({"zip": "44308-1234"})
    assert (filterset.values["zip"], filterset.values["within"]) == ("44308", 50)
    assert filterset.form["within"].value() == "50"
    assert (filterset.to_query().values["within"], filterset.to_query().center) == (50, (41.08, -81.52))
    assert ProgramFilterSet({"zip": " "}).form.errors == {}
    assert filterset.notes == []


def test_a_zip_that_only_schools_know_is_roughly_where_they_are():
    school = make.make_organization(state="PR", zip="00926-1117", latitude=18.4, longitude=-66.0)
    near = make.make_program(organization=school).pk
    make.make_program(organization=make.make_organization(state="PR", zip="00680", latitude=18.2, longitude=-67.1))
    assert found(zip="00926", within="10") == found(zip="00901", within="10") == {near}
    filterset = ProgramFilterSet({"zip": "00901"})
    assert filterset.notes == ["We know only roughly where ZIP code 00901 is: from the schools in it or nearby."]


def test_the_first_twenty_values_of_a_filter_are_used_and_that_is_said():
    schools = [make.make_organization() for _ in range(25)]
    programs = [make.make_program(organization=school).pk for school in schools]
    slugs = [school.slug for school in schools]
    filterset = ProgramFilterSet({"school": [*slugs[:1] * 30, *slugs]})
    assert set(filterset.qs.values_list("pk", flat=True)) == set(programs[:20])
    assert filterset.to_query().chosen("school") == tuple(slugs[:20])
    assert filterset.notes == ["School: only the first 20 of 25 choices are used."]
    assert ProgramFilterSet({"school": slugs[:20] * 2}).notes == []
    assert ProgramFilterSet({"school": ["nobody", *slugs]}).notes == []  # it is left out whole, and its error says so


def test_anywhere_adds_online_offerings_that_meet_the_other_conditions_too():
    make.make_offering(program=make.make_program(organization=make.make_organization(state="TX")), weeks=60)
    far = make.make_offering(program=make.make_program(organization=make.make_organization(state="TX")), weeks=10)
    assert found(state=["OH"], anywhere="1", weeks_max="20") == {far.program_id}
    assert found(state=["OH"], weeks_max="20") == set()


def test_field_is_a_prefix_of_the_cip_code():
    family, coding = make.make_field(code="51"), make.make_field(code="51.0713")
    program = make.make_program(field=coding).pk
    make.make_program(field=make.make_field(code="52.0302"))
    assert found(field=[family.code]) == found(field=["51.0713"]) == {program}


def test_job_and_occupation_by_the_field_and_by_own_edges():
    field, occupation = make.make_field(), make.make_occupation()
    make.make_crosswalk(field, occupation)
    job = make.make_job_title(occupation=occupation)
    by_field = make.make_program(field=field).pk
    by_link = make.make_career_link(job_title=job, program=make.make_program()).program_id
    certification = make.make_certification()
    make.make_career_link(job_title=job, certification=certification)
    by_certification = make.make_program_certification(certification=certification).program_id
    retired = make.make_certification(status="retired")
    make.make_career_link(job_title=job, certification=retired)
    make.make_program_certification(certification=retired)
    assert found(job=[job.slug]) == found(occupation=[occupation.code]) == {by_field, by_link, by_certification}
    assert found(certification=[certification.slug]) == {by_certification}


def test_school_and_control():
    school = make.make_organization(control="nonprofit")
    program = make.make_program(organization=school).pk
    make.make_program()
    assert found(school=[school.slug]) == found(control=["nonprofit"]) == {program}


def test_starts_by():
    today = timezone.localdate()
    dated = make.make_offering(start_type="fixed")
    make.make_start_date(offering=dated, starts_on=today + timedelta(days=30), apply_by=today)
    closed = make.make_offering(start_type="fixed")
    make.make_start_date(offering=closed, starts_on=today + timedelta(days=30), apply_by=today - timedelta(days=1))
    rolling = make.make_offering(start_type="rolling")
    make.make_offering(start_type="unknown")
    assert found(starts_by=str(today + timedelta(days=30))) == {dated.program_id, rolling.program_id}
    assert found(starts_by=str(today + timedelta(days=29))) == {rolling.program_id}


def test_plain_words():
    program = make.make_program(name="Welding", organization=make.make_organization(name="Buckeye College"))
    make.make_program(name="Welding")
    assert found(q="welding buckeye") == {program.pk}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"state": ["ZZ"]}, "Select a valid choice. ZZ is not one of the available choices."),
        ({"weeks_max": "1e9"}, "Enter a whole number."),
        ({"weeks_max": "100000"}, "Ensure this value is less than or equal to 1000."),
        ({"cost_min": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"zip": "99999"}, "We do not know where ZIP code 99999 is. Try one nearby."),
        ({"zip": "OH"}, "We do not know where ZIP code OH is. Try one nearby."),
        ({"within": "7"}, "Select a valid choice. 7 is not one of the available choices."),
        ({"certification": ["nope"]}, "There is no “nope” here. The filter was left out."),
        ({"job": ["a\x00b"]}, "There is no “a\x00b” here. The filter was left out."),
        ({"field": ["51; DROP"]}, "There is no “51; DROP” here. The filter was left out."),
        ({"starts_by": "soon"}, "Enter a valid date."),
        ({"sort": "price"}, "Select a valid choice. price is not one of the available choices."),
        ({"q": "a" * 10_000}, "Ensure this value has at most 200 characters (it has 10000)."),
        ({"q": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_bad_value_is_said_beside_its_field_and_left_out(data, message):
    program = make.make_program().pk
    name = next(iter(data))
    assert errors(**data) == {name: [message]}
    filterset = ProgramFilterSet(data)
    assert set(filterset.qs.values_list("pk", flat=True)) == {program}
    assert filterset.to_query() == ProgramFilterSet({}).to_query()


def test_what_one_filter_says_of_another():
    assert errors(weeks_min="10", weeks_max="5") == {
        "weeks_max": ["The upper end is below the lower end of 10 weeks."]
    }
    assert errors(within="25") == {"zip": ["Enter the ZIP code to measure from."]}


def test_unknown_parameters_are_ignored():
    program = make.make_program().pk
    assert found(colour="green", page="2", utm_source="x") == {program}
