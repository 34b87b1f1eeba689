"""No address that anyone may ask for costs much more than a results page, or answers much more, whatever is asked."""

import runpy
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils.http import urlencode

from portal.middleware import LONGEST_ADDRESS
from programs.choices import US_STATES, Control, Interaction, LevelGroup, Modality, Pacing
from programs.models import Organization
from programs.search.index import snapshot as snapshots
from programs.search.index.tracking import bulk_change
from tests import factories as make
from tests.factories import client_for
from tests.test_urls import Cast
from tests.url_roles import ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

MOST_BYTES = 1_000_000
MOST_TIMES = 20
"""What an answer may cost, in results pages."""

LARGEST_REQUEST = 60_000
PUBLIC = [name for name, row in ROWS.items() if row.statuses[0] == 200]
SCHOOLS = 990


@pytest.fixture(scope="module")
def values(django_db_setup, django_db_blocker):
    """Many schools and twenty of every other choice, by the parameter that takes them; rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with bulk_change():
            Organization.objects.bulk_create(
                Organization(
                    name=f"College of the Lakes {at}", slug=f"lakes-{at}", status="published", control="public"
                )
                for at in range(SCHOOLS)
            )
        fields, occupations = ([one() for _ in range(20)] for one in (make.make_field, make.make_occupation))
        jobs = [make.make_job_title(name=f"Welder of kind {at}", occupation=occupations[at]) for at in range(20)]
        certifications = [make.make_certification() for _ in range(20)]
        for at, school in enumerate(Organization.objects.filter(slug__startswith="lakes").order_by("pk")[:60]):
            make.make_offering(program=make.make_program(name=f"Welding {at}", organization=school, field=fields[0]))
        for occupation in occupations:
            make.make_crosswalk(fields[0], occupation)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield {
            "level": LevelGroup.values,
            "modality": Modality.values,
            "pacing": Pacing.values,
            "interaction": Interaction.values,
            "control": Control.values,
            "state": list(US_STATES)[:20],
            "field": [row.code for row in fields],
            "occupation": [row.code for row in occupations],
            "job": [row.slug for row in jobs],
            "certification": [row.slug for row in certifications],
            "school": [f"lakes-{at}" for at in range(SCHOOLS)],
        }
        transaction.set_rollback(True)


def hostile_queries(values) -> dict[str, str]:
    every_choice = urlencode({name: found[:20] for name, found in values.items()}, doseq=True)
    words = [f"weldin{letter}{number}" for number in range(100) for letter in "abcdefgh"]
    return {
        "nothing": "",
        "a letter": "q=e&find=e",
        "quotes": "q=" + "'" * 7_000 + "&find=" + "<" * 300,
        "broad words": "q=college+of+the+lakes+welding+welder+certificate+public+kind+program",
        "typing errors": "q=weldng+colege+certifcate+welders+leaks+lakse+publci+knid+programm+welidng",
        "many words": "q=" + "+".join(words)[:7_000],
        "every choice": every_choice,
        "every choice of one": urlencode({"school": values["school"][:500]}, doseq=True)[: LONGEST_ADDRESS - 100],
        "unknown parameters": "&".join(f"x{number}={number}" for number in range(700)),
        "one parameter": "&".join(["compare=1"] * 700),
        "numbers": f"page={'9' * 300}&within={'9' * 300}&zip=99999&weeks_min={'9' * 300}&cost_max={'9' * 300}",
        "a deep page": f"q=e&page={'9' * 7_000}",
        "many ids": "ids=" + ",".join(map(str, range(1_500))),
        "nulls": "q=%00&state=%00&job=%00&find=%00&compare=%00&page=%00",
        "too many schools": urlencode({"school": values["school"]}, doseq=True),
        "too many bytes": "q=" + "'" * (LARGEST_REQUEST - 100),
    }


def cost(client, address: str, **headers) -> tuple[float, int, int]:
    """Seconds of this thread, the status and the size of an answer."""
    began = time.thread_time()
    answer = client.get(address, headers=headers)
    return time.thread_time() - began, answer.status_code, len(answer.content)


@pytest.fixture
def results_page(values):
    """What a results page costs, in seconds."""
    client = client_for()
    assert snapshots.current().columns.size == 60
    return min(cost(client, "/programs/?q=welding")[0] for _ in range(3))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_hostile_request_is_answered_cheaply_and_shortly(name, values, results_page, request):
    path, client = reverse(name, args=ROWS[name].args(Cast(request))), client_for()
    snapshots.current()
    for what, query in hostile_queries(values).items():
        address = f"{path}?{query}"
        assert len(address) <= LARGEST_REQUEST
        seconds, status, size = cost(client, address, referer=f"http://testserver/programs/?{query}")
        if seconds > MOST_TIMES * results_page:  # once more, in case something else was being done
            seconds = min(seconds, cost(client, address)[0])
        assert status in ({414} if len(address) > LONGEST_ADDRESS else {200, 302, 400}), what
        assert size < MOST_BYTES, what
        assert seconds < MOST_TIMES * results_page, (what, seconds / results_page)


def test_more_choices_than_a_page_has_room_for_are_counted_and_said(values):
    text = client_for().get("/programs/", {"school": values["school"][:200], "state": list(US_STATES)[:30]}).text
    assert "School: only the first 20 of 200 choices are used." in text
    assert "State: only the first 20 of 30 choices are used." in text
    assert text.count('class="chip" href="/programs/?') == 40
    text = client_for().get("/programs/", {name: found[:20] for name, found in values.items()}).text
    assert text.count('class="chip" href="/programs/?') == 40
    assert "and 103 more, ticked among the filters" in text


def test_an_address_longer_than_any_page_has_is_refused_with_a_page(visitor):
    assert visitor.get("/programs/?q=" + "a" * (LONGEST_ADDRESS - 13)).status_code == 200
    answer = visitor.get("/programs/?q=" + "a" * (LONGEST_ADDRESS - 10))
    assert answer.status_code == 414
    assert "That address is too long" in answer.text
    assert visitor.post("/place/?" + "a" * LONGEST_ADDRESS).status_code == 414


def test_the_server_refuses_only_what_the_site_would_refuse_too():
    settings = runpy.run_path(str(Path(__file__).parents[1] / "gunicorn.conf.py"))
    assert LONGEST_ADDRESS + len("OPTIONS  HTTP/1.1\r\n") < settings["limit_request_line"] <= 8190
