"""The results page, its filters in full, and suggestions, as a browser and a script get them."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from programs.search.index import snapshot as snapshots
from tests import factories as make
from tests.pages import one_line

pytestmark = pytest.mark.django_db
CHOICE = re.compile(r'<input type="checkbox"[^>]* name="(\w+)" value="([^"]*)" data-count="(\d*)"')


def results(visitor, query=""):
    response = visitor.get(f"/programs/?{query}")
    assert response.status_code == 200
    return one_line(response.text)


def total(text):
    return int(re.search(r'id="result-count"[^>]* data-total="(\d+)"', text)[1])


def shown(text):
    return [int(pk) for pk in re.findall(r'<article[^>]* data-program="(\d+)"', text)]


def counts(text):
    return {(name, value): int(count) for name, value, count in CHOICE.findall(text)}


@pytest.fixture
def offerings():
    school = make.make_organization(name="Buckeye College", state="OH")
    field = make.make_field(code="48.0508", title="Welding Technology/Welder")
    make.make_field(code="48", title="Precision Production")
    return [
        make.make_offering(
            program=make.make_program(name=name, organization=school, field=field), modality=modality, weeks=weeks
        )
        for name, modality, weeks in (("Welding A", "online", 10), ("Welding B", "in_person", 40))
    ]


def test_results_carry_total_ids_and_counts(visitor, offerings):
    text = results(visitor, "q=welding")
    assert total(text) == 2
    assert shown(text) == [offering.program_id for offering in offerings]
    assert counts(text)["modality", "online"] == counts(text)["modality", "in_person"] == 1
    assert counts(text)["modality", "hybrid"] == 0
    assert counts(text)["state", "OH"] == counts(text)["field", "48"] == 2


def test_choices_narrow_and_chips_take_back(visitor, offerings):
    text = results(visitor, "q=welding&modality=online")
    assert (total(text), shown(text)) == (1, [offerings[0].program_id])
    assert counts(text)["modality", "in_person"] == 1
    assert 'href="/programs/?q=welding"' in text
    assert 'href="/programs/?modality=online"' in text


def test_results_say_how_they_lead_to_what_was_asked_for(visitor, offerings):
    certification = make.make_certification(name="Certified Welder", acronym="CW")
    make.make_program_certification(offerings[0].program, certification)
    occupation = make.make_occupation()
    make.make_crosswalk(offerings[0].program.field, occupation)
    make.make_job_title(name="Pipe welder", slug="pipe-welder", occupation=occupation, is_curated=False)
    text = results(visitor, f"certification={certification.slug}")
    assert shown(text) == [offerings[0].program_id]
    assert "Prepares for CW (checked by our editors)." in text
    text = results(visitor, "job=pipe-welder")
    assert total(text) == 2
    assert text.count("Its field of study leads to Pipe welder.") == 2


def test_of_several_alternatives_only_those_that_hold_are_given_as_reasons(visitor, offerings):
    certified = make.make_certification(name="Certified Welder", acronym="CW")
    other = make.make_certification(name="Certified Fitter", acronym="CF")
    make.make_program_certification(offerings[0].program, certified)
    make.make_program_certification(offerings[1].program, other)
    text = results(visitor, f"certification={certified.slug}&certification={other.slug}")
    assert total(text) == 2
    assert text.count("Prepares for CW (checked by our editors)") == 1
    assert text.count("Prepares for CF (checked by our editors)") == 1
    assert "field of study leads" not in text


def test_an_occupation_is_reached_by_a_job_title_of_it(visitor, offerings):
    coder = make.make_job_title(name="Coder", occupation=make.make_occupation(title="Records Specialists"))
    make.make_career_link(program=offerings[0].program, certification=None, job_title=coder)
    text = results(visitor, f"occupation={coder.occupations.get().code}")
    assert shown(text) == [offerings[0].program_id]
    assert "Leads to a job title in Records Specialists." in text


def test_programs_chosen_for_comparison_stay_chosen_in_every_link(visitor, offerings):
    first, second = (offering.program_id for offering in offerings)
    text = results(visitor, f"q=welding&modality=online&compare={second},x,{second}")
    assert f'href="/programs/?q=welding&amp;compare={second}"' in text
    assert f'<a class="small" href="/programs/?compare={second}">Clear all</a>' in text
    assert f'<input type="hidden" name="ids" value="{second}">' in text
    text = results(visitor, f"compare={first}")
    assert re.findall(r'name="ids" value="(\d+)" form="compare" checked', text) == [str(first)]


def test_a_distance_from_nowhere_is_no_choice(visitor, offerings):
    text = results(visitor, "within=25")
    assert "Enter the ZIP code to measure from." in text
    assert 'class="chip" href="/programs/' not in text


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("weeks_max=1", "At most 1 week"),
        ("weeks_min=8", "At least 8 weeks"),
        ("cost_max=30000", "At most $30,000"),
        ("starts_by=2027-09-06", "Starts by 6 September 2027"),
    ],
)
def test_chips_are_in_words(visitor, offerings, query, label):
    assert f'<span class="visually-hidden">Remove: </span>{label} <span' in results(visitor, query)


def test_what_is_left_out_is_said_above_the_list(visitor, offerings):
    listed = results(visitor, "zip=abcde&sort=nonsense&modality=online").partition('class="result-list"')[2]
    assert "<li>Near ZIP: We do not know where ZIP code abcde is. Try one nearby.</li>" in listed
    assert "<li>Sort: Select a valid choice." in listed
    assert "Left out of this search" not in results(visitor, "modality=online")


def test_where_no_single_choice_stands_in_the_way_that_is_said(visitor, offerings):
    assert "To drop one choice is not enough" in results(visitor, "modality=hybrid&state=HI")


def test_a_typing_error_is_announced_with_the_way_back(visitor, offerings):
    text = results(visitor, "q=weldng")
    assert "Showing results for <b>welding</b>" in text
    assert 'href="/programs/?q=weldng&amp;exact=1"' in text
    assert total(results(visitor, "q=weldng&exact=1")) == 0


def test_no_result_links_to_what_would_bring_some(visitor, offerings):
    text = results(visitor, "q=welding&modality=hybrid")
    assert total(text) == 0
    assert "Without Hybrid: 2 programs" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=-1", 2),
        ("page=abc", 2),
        ("page=1e9", 2),
        ("page=99999999999999999999", 2),
        ("page=2", 2),
        ("q=%00", 2),
        ("q=%27%22%3Cscript%3Ealert(1)%3C/script%3E", 0),
        (f"q={quote('welding ' * 700)}", 2),
        ("state=ZZ", 2),
        ("weeks_max=1e9", 2),
        ("modality=online&modality=online&modality=in_person", 2),
        ("sort=nonsense", 2),
        ("zip=abcde&within=25", 2),
        ("zip=%F0%9F%92%A9", 2),
        ("unknown=parameter", 2),
        ("job=%00", 2),
        ("certification=%27%3B--", 2),
        ("occupation=29-2072", 2),
        ("starts_by=2026-02-30", 2),
        ("include_unknown=maybe&anywhere=perhaps", 2),
        ("%00=%00", 2),
    ],
)
def test_hostile_or_broken_parameters_give_the_page(visitor, offerings, query, expected):
    text = results(visitor, query)
    assert total(text) == expected
    assert "<script>alert" not in text


@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_statements_is_constant(visitor, django_assert_num_queries, size):
    for _ in range(size):
        offering = make.make_offering()
        make.make_start_date(offering=offering)
        certification = make.make_program_certification(program=offering.program).certification
        make.make_career_link(certification=certification)
    snapshots.current()
    with django_assert_num_queries(9):
        results(visitor, "q=program")


def test_every_choice_of_a_long_filter_on_its_own_page(visitor):
    schools = [make.make_organization(name=f"College {number:02}") for number in range(12)]
    for school in schools:
        make.make_program(organization=school, name="Welding")
    text = results(visitor, "q=welding")
    assert len([key for key in counts(text) if key[0] == "school"]) == 8
    assert 'href="/programs/choices/school/?q=welding"' in text
    page = one_line(visitor.get("/programs/choices/school/?q=welding").text)
    assert counts(page) == {("school", school.slug): 1 for school in schools}
    assert '<input type="hidden" name="q" value="welding">' in page
    found = one_line(visitor.get("/programs/choices/school/?find=college+07").text)
    assert list(counts(found)) == [("school", "college-07")]


def test_without_a_snapshot_the_choices_are_said_to_come(visitor, offerings, monkeypatch):
    monkeypatch.setattr("programs.search.index.snapshot.current", lambda: None)
    page = visitor.get("/programs/choices/school/?find=college").text
    assert "The choices are being prepared." in page
    assert "Nothing here is called" not in page


@pytest.mark.parametrize("name", ["modality", "nonsense", "q"])
def test_only_long_filters_have_a_page(visitor, name):
    assert visitor.get(f"/programs/choices/{name}/").status_code == 404


def test_suggestions_lead_somewhere(visitor):
    field = make.make_field(code="51.1009", title="Phlebotomy Technician")
    occupation = make.make_occupation()
    make.make_crosswalk(field, occupation)
    make.make_job_title(name="Phlebotomist", occupation=occupation)
    make.make_job_title(name="Phlebotomy Poet")
    make.make_program(field=field, organization=make.make_organization(name="Phlebotomy Academy"))
    suggestions = visitor.get("/suggest/?q=phleb").json()["suggestions"]
    assert [(one["label"], one["kind"]) for one in suggestions] == [
        ("Phlebotomist", "Job title"),
        ("Phlebotomy Technician", "Field of study"),
        ("Phlebotomy Academy", "School"),
    ]
    for one in suggestions:
        assert visitor.get(one["url"]).status_code == 200


@pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=%20", f"q={'a' * 7_000}", "q=%27%22"])
def test_suggestions_for_nothing_are_none(visitor, query):
    make.make_program(name="Welding")
    response = visitor.get(f"{reverse('programs:suggest')}?{query}")
    assert response.json() == {"suggestions": []}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("q=welding+near+43215", "q=welding&zip=43215&within=50"),
        ("q=43215+welding&within=10", "q=welding&within=10&zip=43215"),
        ("q=welding+43215&zip=43215", "q=welding&zip=43215&within=50"),
        ("q=43215", "zip=43215&within=50"),
        ("zip=43215", "zip=43215&within=50"),
        ("zip=43215&page=2", "zip=43215&page=2&within=50"),
        ("q=welding&zip=43215&within=", "q=welding&zip=43215&within=50"),
        ("q=welding+near+zip+code+43215-1234", "q=welding&zip=43215&within=50"),
        ("q=43215-1234", "zip=43215&within=50"),
        ("q=Online+welding", "q=welding&modality=online"),
        ("q=online+welding&modality=online", "q=welding&modality=online"),
        ("q=online+courses&state=OH", "state=OH&modality=online"),
    ],
)
def test_a_choice_typed_as_text_is_the_choice_it_is(visitor, offerings, typed, meant):
    make.make_zip("43215")
    answer, other = visitor.get(f"/programs/?{typed}"), visitor.get(f"/programs/?{meant}")
    assert (answer.status_code, answer["HX-Push-Url"]) == (200, f"/programs/?{meant}")
    assert answer.context["chips"] == other.context["chips"]
    assert answer.context["page"] == other.context["page"]


def test_a_zip_alone_is_a_radius_that_form_chip_and_links_show(visitor, offerings):
    make.make_zip("43215", latitude=39.97, longitude=-83.0)
    text = results(visitor, "q=welding&zip=43215&exact=1")
    assert total(text) == 0
    assert re.search(r'<select id="within".*?<option value="50" selected>', text, re.DOTALL)
    assert "Within 50 miles of 43215" in text
    assert 'href="/programs/?q=welding&amp;exact=1"' in text  # the chip takes the ZIP code back with its radius
    assert "zip=43215&amp;within=50" in text


def test_a_zip_known_from_schools_alone_says_that_it_is_rough(visitor):
    school = make.make_organization(state="PR", zip="00926", latitude=18.4, longitude=-66.0)
    program = make.make_program(name="Nursing", organization=school)
    text = results(visitor, "q=nursing+00926")
    assert shown(text) == [program.pk]
    assert "We know only roughly where ZIP code 00926 is: from the schools in it or nearby." in text


@pytest.mark.parametrize(
    "query",
    [
        "q=welding+near+99999",
        "q=welding+43215&zip=43004&within=10",
        "q=welding+online&exact=1",
        "q=welding+online&modality=hybrid",
        "q=welding+online&modality=hybrid&modality=online",
        "q=online-teaching",
        "q=&state=&zip=",
    ],
)
def test_other_texts_stay_as_they_were_typed(visitor, offerings, query):
    make.make_zip("43215")
    answer = visitor.get(f"/programs/?{query}")
    assert (answer.status_code, "HX-Push-Url" in answer) == (200, False)


def test_a_card_says_when_a_length_is_only_usual_for_the_award(visitor, offerings):
    make.make_offering(program=offerings[0].program, weeks=(12, 52), duration_basis="award_level")
    assert results(visitor).count("<b>12 weeks to 12 months</b> (usual for this award)") == 1


def test_the_flag_of_a_family_is_told_and_is_not_online(visitor, offerings):
    flagged = make.make_offering(
        program=make.make_program(name="Welding C", field=offerings[0].program.field),
        modality="unknown",
        modality_basis="family_flag",
    )
    assert shown(results(visitor, "modality=online")) == [offerings[0].program_id]
    assert shown(results(visitor, "modality=unknown")) == [flagged.program_id]
    note = "some programs of this family at this school are offered online"
    assert f"format <b>not reported</b>; {note}" in results(visitor, "modality=unknown")
    assert note not in results(visitor, "modality=online")


def test_a_price_on_a_card_says_that_it_is_old_or_cannot_be(visitor):
    make.make_cost(offering=make.make_offering(weeks=39), amount=151_045, as_of=date(2020, 6, 30))
    assert "from <b>$151,045</b> (as the school reported it; more than 24 months old)" in results(visitor)
