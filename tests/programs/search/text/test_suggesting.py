"""Which names come first while a person types."""

import pytest

from programs.choices import Measure, StatisticKind, Unit
from programs.search.index import snapshot as snapshots
from tests import factories as make

pytestmark = pytest.mark.django_db


def suggested(typed):
    return [one.label for one in snapshots.current().suggester.suggest(typed)]


@pytest.fixture
def field():
    field = make.make_field(title="Care")
    make.make_program(field=field)
    return field


def make_title(field, name, *, people=None, occupation=None, **values):
    """A job title that programs of ``field`` lead to, in an occupation of so many people."""
    if occupation is None:
        occupation = make.make_occupation()
        make.make_crosswalk(field, occupation)
        if people:
            make.make_statistic(
                occupation=occupation,
                measure=Measure.EMPLOYMENT,
                statistic=StatisticKind.COUNT,
                unit=Unit.PEOPLE,
                value=people,
            )
    return make.make_job_title(name=name, occupation=occupation, **{"is_curated": False, **values})


@pytest.mark.parametrize("typed", ["nurse", "nurs", "NURS", "Nurse"])
def test_the_title_of_most_people_comes_before_those_that_begin_so(field, typed):
    for number in range(9):
        make_title(field, f"Nurse of kind {number}", people=1000 + number)
    make_title(field, "Registered Nurse", people=3_000_000)
    assert suggested(typed)[:2] == ["Registered Nurse", "Nurse of kind 8"]


def test_an_occupation_has_one_title_before_it_has_more(field):
    nurse = make_title(field, "Registered nurse", people=3_000_000, is_curated=True)
    for name in ("Nurse", "Ward Nurse", "Nurse on Duty"):
        make_title(field, name, occupation=nurse.occupations.get())
    make_title(field, "Nurse Aide", people=10)
    make.make_program(field=field, organization=make.make_organization(name="Nurse Academy"))
    make.make_organization(name="Nurse School without programs")
    assert suggested("nurse") == [
        "Nurse",
        "Registered nurse",
        "Nurse Aide",
        "Nurse Academy",
        "Ward Nurse",
        "Nurse on Duty",
    ]


def test_our_editors_titles_come_first_and_unknown_employment_last(field):
    make_title(field, "Welder on a Ship")
    make_title(field, "Welder of Pipes", people=500)
    make_title(field, "Certified welder", people=5, is_curated=True)
    assert suggested("weld") == ["Certified welder", "Welder of Pipes", "Welder on a Ship"]


@pytest.mark.parametrize("typed", ["st paul", "Saint Paul", "st. p", "saint p"])
def test_short_and_long_forms_are_one(field, typed):
    for name in ("Saint Paul College", "St. Paul Institute"):
        make.make_program(field=field, organization=make.make_organization(name=name, city="Elm"))
    assert suggested(typed) == ["Saint Paul College", "St. Paul Institute"]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("c++", "C++ Developer"),
        ("r.n.", "RN in Surgery"),
        ("pre law", "Pre-Law Guide"),
        ("prelaw", "Pre-Law Guide"),
    ],
)
def test_words_are_read_as_in_the_search(field, typed, label):
    for name in ("C++ Developer", "RN in Surgery", "Pre-Law Guide"):
        make_title(field, name)
    assert suggested(typed) == [label]
