from datetime import date

import pytest

from tests import factories as make
from tests.pages import page_links, page_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def welder(monkeypatch):
    """A job title with a program near ZIP 44308 and one far away, read while the wages of May 2025 are new."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 22))
    make.make_zip("44308")
    occupation = make.make_occupation()
    field = make.make_crosswalk(occupation=occupation).field
    places = {"Akron": ("OH", 41.1, -81.5), "Zanesville": ("OH", 39.94, -82.0), "Albany": ("NY", 42.65, -73.75)}
    for city, (state, latitude, longitude) in places.items():
        school = make.make_organization(
            name=f"{city} College", city=city, state=state, latitude=latitude, longitude=longitude
        )
        make.make_offering(program=make.make_program(name=f"Welding in {city}", organization=school, field=field))
    make.make_statistic(occupation=occupation, value=50_000)
    make.make_statistic(occupation=occupation, value=47_000, area="OH")
    return make.make_job_title(name="Welder", occupation=occupation)


def choose(client, **values):
    return client.post("/place/", {"next": "/careers/welder/", **values}, follow=True)


def shown(response):
    return [
        (found.program.organization.city, found.distance and round(found.distance))
        for found in response.context["preview"].programs
    ]


def test_without_a_place_programs_come_by_name_and_wages_of_the_country(visitor, welder):
    response = visitor.get("/careers/welder/")
    assert shown(response) == [("Akron", None), ("Albany", None), ("Zanesville", None)]
    assert "Median $50,000 a year" in page_words(response.content.decode())
    assert "sessionid" not in response.cookies


def test_a_zip_brings_the_nearest_first_and_the_wages_of_its_state(visitor, welder):
    response = choose(visitor, place="44308")
    assert response.redirect_chain == [("/careers/welder/", 302)]
    assert shown(response) == [("Akron", 2), ("Zanesville", 83), ("Albany", 414)]
    words, links = page_words(response.content.decode()), page_links(response.content.decode())
    assert "Near 44308 Akron, OH" in words
    assert "1 program within 50 miles of 44308" in words
    assert "/programs/?job=welder&zip=44308&within=50" in links
    assert "annual wage, Ohio, May 2025 Median $47,000 a year" in words


def test_a_state_shows_its_programs(visitor, welder):
    response = choose(visitor, place="Ohio")
    assert shown(response) == [("Akron", None), ("Zanesville", None)]
    words, links = page_words(response.content.decode()), page_links(response.content.decode())
    assert "2 programs in Ohio" in words
    assert "/programs/?job=welder&state=OH" in links


def test_a_state_without_programs_says_so_and_shows_others(visitor, welder):
    response = choose(visitor, place="TX")
    assert len(shown(response)) == 3
    assert "No program in Texas. These are elsewhere." in page_words(response.content.decode())


def test_the_place_holds_on_other_pages_until_it_is_cleared(visitor, welder):
    choose(visitor, place="44308")
    certification = make.make_certification(field=make.make_field())
    assert "Near 44308 Akron, OH" in page_words(visitor.get(certification.get_absolute_url()).content.decode())
    response = choose(visitor, clear="1")
    assert "Near 44308" not in page_words(response.content.decode())
    assert shown(response)[0] == ("Akron", None)


@pytest.mark.parametrize("place", ["", "Atlantis", "00000", "x" * 500, "\0"])
def test_a_place_that_is_not_known_changes_nothing_and_says_what_to_do(visitor, welder, place):
    choose(visitor, place="44308")
    response = choose(visitor, place=place)
    assert response.status_code == 200
    assert 'class="notice error"' in response.content.decode()
    assert "Near 44308 Akron, OH" in page_words(response.content.decode())


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_stays_on_this_site(visitor, welder, elsewhere):
    response = visitor.post("/place/", {"place": "Ohio", "next": elsewhere})
    assert (response.status_code, response.url) == (302, "/careers/")


def test_a_place_is_set_by_post_alone(visitor):
    assert visitor.get("/place/?place=Ohio").status_code == 405
