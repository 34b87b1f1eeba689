"""What a person finds: words, titles, corrections, order, and the way out of nothing."""

from datetime import date

import pytest

from programs import choices
from programs.models import Program
from programs.search.engine import search
from programs.search.filters import CONDITIONS
from programs.search.index import snapshot as snapshots
from programs.search.page import Match
from programs.search.query import SearchQuery
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def find(q="", **asked):
    filters = {name: asked.pop(name) for name in CONDITIONS.keys() & asked.keys()}
    return search(SearchQuery(today=TODAY, q=q, values=filters, **asked), snapshots.current())


def names(page):
    found = Program.objects.in_bulk(page.ids)
    return [found[pk].name for pk in page.ids]


@pytest.fixture
def health():
    """Coding and billing, with the jobs and the certification they lead to; welding and teaching beside them."""
    coding = make.make_field(code="51.0713", title="Medical Insurance Coding Specialist/Coder")
    records = make.make_occupation(code="29-2072", title="Medical Records Specialists")
    make.make_crosswalk(coding, records)
    for title in ("Medical Coder", "Coding Specialist", "Health Information Clerk"):
        make.make_occupation_title(occupation=records, title=title)
    welding = make.make_field(code="48.0508", title="Welding Technology/Welder")
    ohio = make.make_organization(name="Buckeye Technical College", city="Akron", state="OH", acronym="BTC")
    texas = make.make_organization(name="Lone Star Institute", city="Austin", state="TX", aliases=["LSI"])
    first = make.make_program(name="Medical Coding", field=coding, organization=ohio)
    make.make_program(name="Health Records", field=coding, organization=texas)
    make.make_program(name="Welding", field=welding, organization=ohio)
    make.make_program(name="Welding", field=welding, organization=texas)
    cpc = make.make_certification(name="Certified Professional Coder", acronym="CPC")
    make.make_program_certification(first, cpc)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("medical coding", ["Medical Coding", "Health Records"]),
        ("CPC", ["Medical Coding"]),
        ("cpc", ["Medical Coding"]),
        ("certified professional coder", ["Medical Coding"]),
        ("51.0713", ["Health Records", "Medical Coding"]),
        ("51.07", ["Health Records", "Medical Coding"]),
        ("29-2072", ["Health Records", "Medical Coding"]),
        ("health information clerk", ["Health Records", "Medical Coding"]),
        ("welder in OH", ["Welding"]),
        ("welding akron", ["Welding"]),
        ("welding ohio", ["Welding"]),
        ("LSI", ["Health Records", "Welding"]),
        ("buckeye welding", ["Welding"]),
        ("astronomy", []),
        ("welding astronomy", []),
    ],
)
def test_what_words_find(health, typed, expected):
    assert names(find(typed)) == expected


def test_a_word_of_a_title_that_says_little_finds_nothing(health):
    """“Information” is one word of three in one of the occupation's titles: too little to lead anywhere."""
    assert names(find("information")) == []


def test_a_school_whose_state_is_unknown_is_found_and_offers_no_nameless_state(health):
    make.make_program(name="Welding by Mail", organization=make.make_organization(name="Post School", state=""))

    page = find("welding")

    assert names(page) == ["Welding", "Welding", "Welding by Mail"]
    (states,) = [facet for facet in page.facets if facet.name == "state"]
    assert {choice.label: choice.count for choice in states.choices} == {"Ohio": 1, "Texas": 1}


@pytest.mark.parametrize(
    ("typed", "used"), [("medcial coding", "medical coding"), ("weldng in OH", "welding in OH"), ("akrn", "akron")]
)
def test_a_typing_error_is_corrected_and_said(health, typed, used):
    page = find(typed)
    assert page.correction.typed == typed
    assert page.correction.used == used
    assert page.total > 0


@pytest.mark.parametrize("typed", ["CPX", "51.0714", "29-2073", "medcial"])
def test_codes_acronyms_and_what_was_meant_are_not_corrected(health, typed):
    page = find(typed, exact=typed == "medcial")
    assert page.correction is None
    assert page.total == 0


def test_a_correction_fits_the_other_words(health):
    billing = make.make_field(code="51.0714", title="Medical Insurance Specialist/Medical Biller")
    make.make_program(name="Medical Billing", field=billing)
    for number in range(3):
        make.make_program(name=f"Boiling {number}")
    assert find("medical biling").correction.used == "medical billing"


def test_a_wrong_letter_in_a_short_word_is_one_for_a_common_word(health):
    records = make.make_occupation(title="Planters")
    for number in range(40):
        assert find("plankt").correction is None
        make.make_occupation_title(occupation=records, title=f"Plant grower {number}")
    make.make_program(name="Plant care")
    assert find("plankt").correction.used == "plant"


def test_a_word_that_describes_work_is_no_error(health):
    """ "Become" is near to Broome; the word stands in what occupations are described by, so it is right."""
    make.make_program(name="Nursing", organization=make.make_organization(name="Broome College", city="Broom"))
    assert find("broom").total == find("brom").total == 1
    for _ in range(2):
        make.make_occupation(description="Those who brom in a mill.")
    assert (find("brom").total, find("brom").correction) == (0, None)


def test_a_correction_that_finds_nothing_is_not_made(health):
    """ "Weldng" is "welding"; beside a word that nothing holds it is not announced, but says what to leave out."""
    page = find("weldng xylophon")
    assert (page.total, page.correction) == (0, None)
    assert [(remedy.label, remedy.values) for remedy in page.remedies] == [("“xylophon”", ("welding",))]


def test_an_unknown_word_that_begins_others_stands_for_them(health):
    page = find("certif profess")
    assert (names(page), page.correction) == (["Medical Coding"], None)


def test_why_a_program_matched(health):
    page = find("coder CPC")
    assert page.matches[page.ids[0]] == (
        Match("coder", "the name"),
        Match("CPC", "certification CPC"),
    ) or page.matches[page.ids[0]] == (Match("coder CPC", "certification CPC"),)
    page = find("health information clerk")
    first, second = (page.matches[pk] for pk in page.ids)
    assert {match.place for match in second} == {"job title Health Information Clerk"}
    assert Match("health", "the name") in first


def test_a_certification_finds_the_fields_of_the_jobs_it_opens():
    field = make.make_field(title="Phlebotomy")
    occupation = make.make_occupation(title="Phlebotomists")
    make.make_crosswalk(field, occupation)
    certification = make.make_certification(name="Certified Phlebotomy Technician", acronym="CPT")
    make.make_career_link(job_title=make.make_job_title(occupation=occupation), certification=certification)
    program = make.make_program(name="Drawing Blood", field=field)
    page = find("CPT")
    assert page.ids == (program.pk,)
    assert page.matches[program.pk] == (Match("CPT", "a job that the certification CPT opens"),)


def test_order_does_not_depend_on_the_order_of_entry():
    field = make.make_field()
    schools = [make.make_organization(name=name) for name in ("Zeta College", "Alpha College")]
    for school in schools:
        for name in ("Welding", "Accounting"):
            make.make_program(name=name, field=field, organization=school)
    programs = Program.objects.in_bulk(find().ids)
    order = [(programs[pk].name, programs[pk].organization.name) for pk in find().ids]
    assert order == sorted(order)


def test_draft_and_retired_programs_and_schools_are_nowhere():
    field = make.make_field(code="51.1009", title="Phlebotomy")
    for status in ("draft", "in_review", "retired"):
        make.make_program(name=f"Phlebotomy {status}", field=field, status=status)
    make.make_program(name="Phlebotomy hidden", field=field, organization=make.make_organization(status="draft"))
    shown = make.make_program(name="Phlebotomy shown", field=field)
    make.make_offering(program=shown, status="draft", modality=choices.Modality.HYBRID)
    page = find("phlebotomy")
    assert page.ids == (shown.pk,)
    counts = {facet.name: {choice.value: choice.count for choice in facet.choices} for facet in page.facets}
    assert counts["field"] == {"51": 1}
    assert counts["modality"] == {"online": 0, "hybrid": 0, "in_person": 0, "unknown": 0}
    assert find("hidden").total == find("draft").total == find("retired").total == 0
    assert [one.label for one in snapshots.current().suggester.suggest("phleb")] == ["Phlebotomy"]


def test_conditions_of_an_offering_hold_on_one_offering():
    """Online in 52 weeks or in person in 12 is not online in 26."""
    program = make.make_program()
    make.make_offering(program=program, modality="online", weeks=52)
    make.make_offering(program=program, modality="in_person", weeks=12)
    assert find(modality=("online",), weeks_max=26).total == 0
    assert find(modality=("online",)).total == 1
    assert find(weeks_max=26).total == 1
    assert find(modality=("in_person",), weeks_max=26).total == 1


def test_unknown_is_out_of_a_range_unless_asked_for():
    make.make_offering(weeks=None)
    make.make_offering(weeks=0 + 20)
    assert find(weeks_max=30).total == 1
    assert find(weeks_max=30, include_unknown=True).total == 2
    assert find(cost_max=100).total == 0
    assert find(cost_max=100, include_unknown=True).total == 2


def test_no_result_says_what_to_drop_and_what_that_would_bring():
    program = make.make_program(name="Welding")
    make.make_offering(program=program, modality="in_person")
    page = find("welding", modality=("online",))
    assert [(remedy.name, remedy.label, remedy.total) for remedy in page.remedies] == [("modality", "Online", 1)]
    page = find("welding astronomy")
    assert [(remedy.label, remedy.values, remedy.total) for remedy in page.remedies] == [
        ("“astronomy”", ("welding",), 1)
    ]
    assert find("astronomy").remedies == ()


def test_online_programs_from_elsewhere_are_offered_beside_a_place():
    near, far = make.make_organization(state="OH"), make.make_organization(state="TX")
    make.make_offering(program=make.make_program(organization=near), modality="in_person")
    make.make_offering(program=make.make_program(organization=far), modality="online")
    make.make_offering(program=make.make_program(organization=far), modality="in_person")
    assert (find(state=("OH",)).total, find(state=("OH",)).elsewhere) == (1, 1)
    assert (find(state=("OH",), anywhere=True).total, find(state=("OH",), anywhere=True).elsewhere) == (2, None)


def test_distance_and_its_order():
    akron = (41.08, -81.52)
    schools = [
        make.make_organization(latitude=39.96, longitude=-83.0),
        make.make_organization(latitude=41.15, longitude=-81.36),
        make.make_organization(latitude=None, longitude=None),
    ]
    far, near, nowhere = (make.make_program(organization=school, name="Welding").pk for school in schools)
    page = find(center=akron, sort="distance")
    assert page.ids == (near, far, nowhere)
    assert {pk: round(miles) for pk, miles in page.distances.items()} == {near: 10, far: 110}
    assert find(center=akron, within=25).ids == (near,)


@pytest.mark.parametrize("sort", ["weeks", "cost"])
def test_sorting_puts_what_is_unknown_last(sort):
    offerings = [make.make_offering(weeks=weeks) for weeks in (None, 52, 8)]
    for offering, amount in zip(offerings[1:], (9000, 100), strict=True):
        make.make_cost(offering=offering, amount=amount)
    assert find(sort=sort).ids == tuple(offering.program_id for offering in reversed(offerings))


def test_sorting_by_length_looks_at_the_offerings_that_match():
    first = make.make_program(name="A")
    make.make_offering(program=first, modality="online", weeks=50)
    make.make_offering(program=first, modality="in_person", weeks=1)
    second = make.make_program(name="B")
    make.make_offering(program=second, modality="online", weeks=20)
    assert find(sort="weeks").ids == (first.pk, second.pk)
    assert find(sort="weeks", modality=("online",)).ids == (second.pk, first.pk)


def test_a_page_past_the_end_is_the_last_one():
    for _ in range(21):
        make.make_program()
    assert (find(page=99).number, len(find(page=99).ids), find(page=1).has_next) == (2, 1, True)
    assert set(find(page=1).ids) & set(find(page=2).ids) == set()


def test_starting_by_a_day_one_can_still_apply_for():
    late = make.make_offering(start_type="fixed")
    make.make_start_date(offering=late, starts_on=date(2027, 1, 10), apply_by=date(2026, 11, 1))
    soon = make.make_offering(start_type="fixed")
    make.make_start_date(offering=soon, starts_on=date(2027, 1, 10), apply_by=date(2026, 12, 1))
    any_time = make.make_offering(start_type="on_demand")
    make.make_offering(start_type="unknown")
    assert set(find(starts_by=date(2027, 1, 10)).ids) == {soon.program_id, any_time.program_id}
    assert set(find(starts_by=date(2027, 1, 9)).ids) == {any_time.program_id}


@pytest.fixture
def shorthand():
    """Programs that people ask for by another word than the catalog's."""
    make.make_field(code="47.02", title="Heating, Ventilation and Refrigeration Technology (HAC, HVAC)")
    heating = make.make_field(code="47.0201", title="Refrigeration Technology")
    state = make.make_organization(name="Ohio State University", state="OH")
    beauty = make.make_organization(name="University of the State", state="OH", city="Ohio City")
    levels = choices.AwardLevel
    for name, level in (("Nursing", levels.BACHELOR), ("Nursing", levels.ASSOCIATE), ("Welding", levels.ASSOCIATE)):
        make.make_program(name=name, slug=f"{name.lower()}-{level}", award_level=level, organization=beauty)
    make.make_program(name="Zoology", organization=state)
    make.make_program(name="Refrigeration", field=heating, organization=beauty)
    for name in ("Cybersecurity", "Programs for Foreign Lawyers", "Computer Programming", "Coding of Claims"):
        make.make_program(name=name, organization=beauty)
    make.make_program(name="Data Analytics", organization=beauty)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("BSN", ["Nursing"]),
        ("hvac", ["Refrigeration"]),
        ("cyber security", ["Cybersecurity"]),
        ("soldadura", ["Welding"]),
        ("enfermería bachelor", ["Nursing"]),
        ("programming", ["Computer Programming"]),
        ("programmer", ["Computer Programming"]),
        ("computer coding", ["Computer Programming"]),
        ("coding", ["Coding of Claims", "Computer Programming"]),
        ("data analyst", ["Data Analytics"]),
    ],
)
def test_words_that_stand_for_others(shorthand, typed, expected):
    assert names(find(typed)) == expected


def test_a_longer_meaning_is_explained_and_left_out_of_words_as_typed(shorthand):
    page = find("BSN")
    assert list(page.matches.values()) == [(Match("BSN", "the award and the name"),)]
    assert find("BSN", exact=True).total == find("cyber security", exact=True).total == 0


def test_a_school_that_has_the_very_name_comes_first(shorthand):
    assert names(find("ohio state university"))[0] == "Zoology"


@pytest.mark.parametrize("sort", ["relevance", "name", "weeks", "cost", "distance"])
def test_sample_programs_come_last_in_every_order(sort):
    field = make.make_field(title="Welding Technology/Welder")
    sample = make.make_organization(name="Aspen School", is_fictional=True, latitude=41.0, longitude=-81.5)
    real = make.make_organization(name="Zion School", latitude=30.0, longitude=-97.7)
    for name, school, weeks in (("Welding", sample, 4), ("Welding", real, 40), ("Welding and More", real, 50)):
        offering = make.make_offering(
            program=make.make_program(name=name, organization=school, field=field), weeks=weeks
        )
        make.make_cost(offering=offering, amount=weeks)
    page = find("welding", sort=sort, center=(41.0, -81.5))
    found = Program.objects.in_bulk(page.ids)
    assert [found[pk].organization.name for pk in page.ids] == ["Zion School", "Zion School", "Aspen School"]


def test_samples_alone_keep_the_order_of_the_search():
    sample = make.make_organization(name="Aspen School", is_fictional=True)
    for name in ("Basket Weaving", "Art of Weaving", "Weaving"):
        make.make_program(name=name, organization=sample)
    assert names(find("weaving"))[0] == "Weaving"
    assert names(find("", sort="name")) == ["Art of Weaving", "Basket Weaving", "Weaving"]


def test_a_sample_school_is_marked_where_it_is_suggested_or_chosen():
    make.make_program(organization=make.make_organization(name="Aspen School", slug="aspen", is_fictional=True))
    snapshot = snapshots.current()
    assert [one.label for one in snapshot.suggester.suggest("aspen")] == ["Aspen School (sample)"]
    assert snapshot.axes["school"].keys == ["aspen"]
    assert snapshot.axes["school"].label("aspen") == "Aspen School (sample)"
