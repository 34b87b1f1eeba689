"""Two ways to write one thing find the same programs."""

from datetime import date

import pytest
from django.db import transaction

from programs.choices import AwardLevel
from programs.models import Program
from programs.search.engine import search
from programs.search.index import snapshot as snapshots
from programs.search.query import SearchQuery
from tests import factories as make

pytestmark = pytest.mark.django_db


def find(q):
    return search(SearchQuery(today=date(2026, 11, 22), q=q), snapshots.current())


def names(q):
    found = Program.objects.in_bulk(find(q).ids)
    return sorted(program.name for program in found.values())


@pytest.fixture(scope="module")
def catalog(django_db_setup, django_db_blocker):
    """One program for each way of writing; each name says what it stands for. Rolled back at the module's end."""
    with django_db_blocker.unblock(), transaction.atomic():
        _make_catalog()
        yield
        transaction.set_rollback(True)


def _make_catalog():
    lake = make.make_organization(name="Lake College", city="Lakeside", state="NV")

    def add(name, school="", level=None, field=None, **place):
        organization = make.make_organization(name=school, **{"city": "Elm", **place}) if school else lake
        make.make_program(name=name, organization=organization, award_level=level, field=field or make.make_field())

    add("Weaving at a Saint", school="Saint Paul College", city="Saint Paul", state="MN")
    add("Weaving at a St", school="St. Paul Institute", city="St Paul", state="MN")
    add("Weaving in capitals", school="ST PAUL WEAVERS", state="WI")
    add("Weaving at a Mount", school="Mount Vernon College", state="OH")
    add("Weaving at a Mt", school="Mt. Vernon Academy", state="WA")
    add("Weaving at a Fort", school="Fort Dodge State University", state="IA")
    add("Weaving in Montana", school="Prairie College", state="MT")
    add("Weaving in Massachusetts", school="Harbor College", state="MA")
    add("Weaving, associate", level=AwardLevel.ASSOCIATE)
    add("Weaving, bachelor", level=AwardLevel.BACHELOR)
    add("Weaving, master", level=AwardLevel.MASTER)
    add("Health at A T Still", school="A T Still University")
    add("Pre-Medicine/Pre-Medical Studies")
    add("Medicine, plain")
    add("Pre-Pharmacy Studies")
    nursing = make.make_field(code="51.3801", title="Registered Nursing")
    nurses = make.make_occupation(code="29-1141", title="Registered Nurses")
    make.make_crosswalk(nursing, nurses)
    make.make_occupation_title(occupation=nurses, title="RN")
    add("Care of the sick", field=nursing)
    code = make.make_occupation(title="Software Developers")
    software = make.make_field(title="Software")
    make.make_crosswalk(software, code)
    for title in ("C++", "C#", ".NET"):
        make.make_occupation_title(occupation=code, title=title)
    add("Making software", field=software)
    add("Vitamin C", school="C College")


SAINTS = ["Weaving at a Saint", "Weaving at a St", "Weaving in capitals"]
MOUNTS = ["Weaving at a Mount", "Weaving at a Mt"]
SICK = ["Care of the sick"]
SOFTWARE = ["Making software"]
PRE_MEDICINE = ["Pre-Medicine/Pre-Medical Studies"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("St Paul weaving", SAINTS),
        ("st. paul weaving", SAINTS),
        ("Saint Paul weaving", SAINTS),
        ("Mt Vernon weaving", MOUNTS),
        ("mount vernon weaving", MOUNTS),
        ("MT VERNON WEAVING", MOUNTS),
        ("Ft. Dodge State weaving", ["Weaving at a Fort"]),
        ("Fort Dodge State University weaving", ["Weaving at a Fort"]),
        ("weaving MT", ["Weaving in Montana"]),
        ("weaving mt", ["Weaving in Montana"]),
        ("R.N.", SICK),
        ("r.n.", SICK),
        ("RN", SICK),
        ("51.3801", SICK),
        ("CIP 51.3801", SICK),
        ("CIP code: 51.3801", SICK),
        ("513801", SICK),
        ("29-1141", SICK),
        ("SOC 29-1141", SICK),
        ("O*NET-SOC 29-1141.00", SICK),
        ("291141", SICK),
        ("AAS weaving", ["Weaving, associate"]),
        ("A.S. in weaving", ["Weaving, associate"]),
        ("as weaving", sorted([*SAINTS, *MOUNTS, "Weaving at a Fort", "Weaving in Montana", "Weaving in Massachusetts",
                               "Weaving, associate", "Weaving, bachelor", "Weaving, master"])),
        ("BA weaving", ["Weaving, bachelor"]),
        ("weaving B.S.", ["Weaving, bachelor"]),
        ("MA weaving", ["Weaving in Massachusetts", "Weaving, master"]),
        ("weaving M.A.", ["Weaving in Massachusetts", "Weaving, master"]),
        ("weaving MA", ["Weaving in Massachusetts"]),
        ("weaving M.Ed.", ["Weaving, master"]),
        ("A.T. Still", ["Health at A T Still"]),
        ("AT STILL", ["Health at A T Still"]),
        ("pre-medicine", PRE_MEDICINE),
        ("pre-med", PRE_MEDICINE),
        ("pre med", PRE_MEDICINE),
        ("premed", PRE_MEDICINE),
        ("C++", SOFTWARE),
        ("C#", SOFTWARE),
        (".net", SOFTWARE),
        ("C", ["Vitamin C"]),
        ("F#", []),
    ],
)  # fmt: skip
def test_what_is_one_thing_finds_the_same(catalog, typed, expected):
    assert names(typed) == expected
    assert find(typed).correction is None


def test_a_title_does_not_stand_in_for_a_part_of_a_schools_name():
    """ "State" and "rigging" are words of a job title, and of what was typed the first is the school's."""
    rigging = make.make_field(title="Rigging")
    riggers = make.make_occupation(title="Riggers")
    make.make_crosswalk(rigging, riggers)
    for number in range(3):
        make.make_occupation_title(occupation=riggers, title=f"State Rigging Inspector {number}")
    university = make.make_organization(name="Cape Horn State University", state="AZ")
    other = make.make_organization(name="Cape Horn Tech", state="NM")
    program = make.make_program(name="Rigging", field=rigging, organization=university)
    make.make_program(name="Rigging", field=rigging, organization=other)
    assert find("Cape Horn State rigging").ids == (program.pk,)
    assert find("state rigging inspector").total == 2
