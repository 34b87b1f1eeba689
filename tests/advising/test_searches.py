"""Saved searches: equal ones are one, each new program is told once, and one click stops the mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advising.exceptions import AdvisingError
from advising.models import Notification, SavedSearch
from advising.services import searches as service
from programs.search.index import snapshot
from tests import factories as make
from tests.advising.factories import make_saved_search, make_student
from tests.factories import client_for
from tests.pages import page_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_snapshot():
    snapshot.forget()
    yield
    snapshot.forget()


@pytest.fixture
def sam(student):
    return make_student(student)


def nursing(name="Nursing"):
    return make.make_offering(program=make.make_program(name=f"{name} {make.make_field().code}")).program


def save(student, frequency="daily", query="q=nursing"):
    return service.save_search(student, user=student.user, query=query, name="Nursing", frequency=frequency)


def later(saved, **time):
    SavedSearch.objects.filter(pk=saved.pk).update(last_run_at=timezone.now() - timedelta(**time))


def subjects():
    return list(Notification.objects.order_by("pk").values_list("subject", flat=True))


def test_equal_searches_have_one_string():
    one = QueryDict("state=OH&state=KY&q=nursing&page=3&sort=name&modality=online&utm=x&weeks_max=")
    other = QueryDict("modality=online&state=KY&state=OH&state=OH&q=nursing")
    assert service.canonical(one) == service.canonical(other) == "modality=online&q=nursing&state=KY&state=OH"
    assert service.canonical(QueryDict("page=2&modality=on+the+moon")) == ""


def test_what_is_found_at_first_is_not_new(sam):
    here = nursing()
    saved = save(sam)
    assert saved.seen_ids == [here.pk]
    later(saved, days=2)
    assert service.tell_of_matches() == 0


def test_a_search_whose_choice_is_retired_finds_nothing_and_says_so(sam):
    certification = make.make_certification()
    saved = save(sam, query=f"certification={certification.slug}")
    assert service.fits(saved.query)
    certification.status = "retired"
    certification.save()
    nursing()
    later(saved, days=2)
    assert service.tell_of_matches() == 0
    page = client_for(sam.user).get(reverse("advising:saved_search", args=[saved.pk]))
    assert "no longer in the directory" in page.text


def test_a_new_program_is_told_once(sam):
    saved = save(sam)
    first, second = nursing(), nursing()
    nursing("Welding")
    later(saved, days=1)
    assert service.tell_of_matches() == 1
    assert subjects() == ["2 new programs match a search that you saved"]
    later(saved, days=1)
    assert service.tell_of_matches() == 0
    saved.refresh_from_db()
    assert (saved.seen_ids, saved.new_ids) == ([first.pk, second.pk], [first.pk, second.pk])
    third = nursing()
    later(saved, days=1)
    assert service.tell_of_matches() == 1
    saved.refresh_from_db()
    assert saved.new_ids == [third.pk]
    assert subjects()[1] == "A new program matches a search that you saved"


def test_a_program_that_leaves_and_comes_back_is_not_told_again(sam):
    program = nursing()
    saved = save(sam)
    for status in ("retired", "published"):
        program.status = status
        program.save()
        later(saved, days=1)
        assert service.tell_of_matches() == 0


@pytest.mark.parametrize(
    ("frequency", "ago", "told"),
    [
        ("instant", {"seconds": 1}, 1),
        ("daily", {"hours": 22}, 0),
        ("daily", {"hours": 23, "minutes": 30}, 1),
        ("weekly", {"days": 6}, 0),
        ("weekly", {"days": 7}, 1),
        ("never", {"days": 99}, 0),
    ],
)
def test_each_is_run_as_often_as_its_student_wishes(sam, frequency, ago, told):
    saved = save(sam, frequency)
    nursing()
    later(saved, **ago)
    assert service.tell_of_matches() == told


def test_of_two_runs_side_by_side_one_tells(sam):
    saved = save(sam)
    nursing()
    later(saved, days=1)
    read_twice = [SavedSearch.objects.select_related("student__user").get(pk=saved.pk) for _ in range(2)]
    assert [service._tell(row, timezone.now()) for row in read_twice] == [True, False]
    assert len(subjects()) == 1


def test_a_search_stopped_while_it_runs_is_not_told(sam):
    saved = save(sam)
    nursing()
    later(saved, days=1)
    row = SavedSearch.objects.select_related("student__user").get(pk=saved.pk)
    service.stop_mail(saved)
    assert service._tell(row, timezone.now()) is False
    assert subjects() == []


def test_someone_who_left_is_told_nothing(sam):
    saved = save(sam)
    nursing()
    later(saved, days=1)
    sam.user.is_active = False
    sam.user.save()
    assert service.tell_of_matches() == 0


def test_without_a_snapshot_the_database_answers(sam, monkeypatch):
    program = nursing()
    monkeypatch.setattr(snapshot, "current", lambda: None)
    assert service.find_programs("q=nursing") == [program.pk]


def test_what_finds_too_much_is_kept_without_mail_alone(sam, monkeypatch):
    monkeypatch.setattr(service, "MOST_WATCHED", 1)
    nursing(), nursing()
    with pytest.raises(AdvisingError, match="finds 2 programs"):
        save(sam)
    saved = save(sam, "never")
    assert saved.seen_ids == []
    with pytest.raises(AdvisingError, match="finds 2 programs"):
        service.change_search(saved, user=sam.user, name="Nursing", frequency="weekly")


def test_when_mail_begins_again_what_is_there_is_not_new(sam):
    saved = save(sam, "never")
    program = nursing()
    service.change_search(saved, user=sam.user, name="Nursing", frequency="instant")
    saved.refresh_from_db()
    assert saved.seen_ids == [program.pk]
    assert service.tell_of_matches() == 0


def test_only_ones_own_and_never_everything(sam, other_student):
    with pytest.raises(AdvisingError, match="someone else"):
        service.save_search(sam, user=other_student, query="q=x", name="X", frequency="daily")
    with pytest.raises(AdvisingError, match="every program"):
        save(sam, query="")
    with pytest.raises(AdvisingError, match="too many choices"):
        save(sam, query="q=" + "x" * 1000)


def test_the_mail_can_be_stopped_with_one_click_and_sent_once(sam):
    saved = save(sam, "instant")
    nursing()
    call_command("send_notifications", verbosity=0)
    call_command("send_notifications", verbosity=0)
    (message,) = mail.outbox
    address = reverse("advising:stop_search", args=[saved.token])
    assert message.extra_headers["List-Unsubscribe"].endswith(f"{address}>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reverse("advising:saved_search", args=[saved.pk]) in message.body
    assert address in message.body


def test_other_mail_has_no_such_header(sam):
    Notification.objects.create(user=sam.user, kind="item", subject="Something")
    call_command("send_notifications", verbosity=0)
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_stopping_works_without_signing_in_and_a_get_only_asks(sam):
    saved = save(sam)
    address = reverse("advising:stop_search", args=[saved.token])
    client = Client(enforce_csrf_checks=True)
    asked = client.get(address)
    saved.refresh_from_db()
    assert saved.frequency == "daily"
    assert "Sam" not in page_words(asked.text)
    answer = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, "No more mail" in answer.text) == (200, True)
    saved.refresh_from_db()
    assert saved.frequency == "never"
    assert client.post(reverse("advising:stop_search", args=["guess"])).status_code == 404


def test_the_results_page_offers_to_save_what_it_shows(sam, visitor):
    nursing()
    link = f"{reverse('advising:save_search')}?q=nursing&amp;state=OH"
    assert link in client_for(sam.user).get("/programs/?q=nursing&state=OH").text
    assert link in visitor.get("/programs/?q=nursing&state=OH").text
    assert "Save this search" not in visitor.get("/programs/").text


def test_a_search_is_saved_renamed_and_deleted_on_its_pages(sam):
    client = client_for(sam.user)
    new = f"{reverse('advising:save_search')}?state=OH&q=nursing&page=2"
    client.get(new)
    assert not SavedSearch.objects.exists()
    client.post(new, {"name": "Near home", "frequency": "weekly", "token": "mine", "student": 7})
    saved = sam.saved_searches.get()
    assert (saved.name, saved.query, saved.frequency) == ("Near home", "q=nursing&state=OH", "weekly")
    client.post(new, {"name": "Nearer", "frequency": "daily"})
    saved = sam.saved_searches.get()
    assert (saved.name, saved.frequency) == ("Nearer", "daily")
    address = reverse("advising:saved_search", args=[saved.pk])
    assert client.post(address, {"name": "X", "frequency": "hourly"}).context["form"].errors.keys() == {"frequency"}
    client.post(address, {"delete": "1"})
    assert not SavedSearch.objects.exists()


def test_new_matches_are_listed_on_the_page_of_the_search(sam):
    saved = save(sam, "instant")
    program = nursing()
    service.tell_of_matches()
    assert program.name in client_for(sam.user).get(reverse("advising:saved_search", args=[saved.pk])).text


def test_another_students_search_is_unknown(sam, other_student, advisor):
    make_student(other_student)
    address = reverse("advising:saved_search", args=[make_saved_search(sam).pk])
    for user in (other_student, advisor):
        assert client_for(user).get(address).status_code == 404
        assert client_for(user).post(address, {"delete": "1"}).status_code == 404
    assert SavedSearch.objects.count() == 1
