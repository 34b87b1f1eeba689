from zoneinfo import available_timezones

import pytest

from advising import time_zones
from advising.forms.people import AdvisorForm, StudentForm
from advising.models import AdvisorProfile, StudentProfile
from tests.advising.factories import make_advisor
from tests.factories import client_for
from tests.pages import page_words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("America/New_York", "Eastern Time (New York)"),
        ("America/Indiana/Knox", "Knox, Indiana time"),
        ("Europe/Berlin", "Berlin time"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_said_as_people_say_it(name, said):
    assert time_zones.spoken(name) == said


def test_the_choices_begin_at_home_and_hold_what_is_in_the_record():
    (first, at_home), *regions = time_zones.choices()
    assert (first, at_home[0]) == ("United States", ("America/New_York", "Eastern Time (New York)"))
    assert [region for region, _ in regions] == sorted(time_zones.REGIONS)
    assert ("Europe/Berlin", "Berlin") in dict(regions)["Europe"]
    assert set(time_zones.AT_HOME) <= available_timezones()
    assert time_zones.choices("US/Eastern")[0] == ("US/Eastern", "US/Eastern")


@pytest.mark.parametrize("form", [AdvisorForm(instance=AdvisorProfile()), StudentForm(instance=StudentProfile())])
def test_forms_offer_the_spoken_names(form):
    assert "<option" in (select := str(form["time_zone"]))
    assert "Pacific Time (Los Angeles)" in select
    assert ">America/" not in select


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["calendar/", "calendar/2027-03-01/", "availability/"])
def test_pages_of_an_advisor_name_no_zone_of_the_database(advisor, address):
    make_advisor(advisor)
    words = page_words(client_for(advisor).get(f"/advising/{address}").text)
    assert "Eastern Time (New York)" in words
    assert "America/" not in words
