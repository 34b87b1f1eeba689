"""The queue of those who come without an appointment."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advising.choices import DropInState
from advising.exceptions import AdvisingError
from advising.models import Appointment, DropIn, OccupiedSlot
from advising.services import dropins, outcomes
from advising.services.availability import quarters
from tests.advising.appointments.meetings import told
from tests.advising.factories import make_advisor, make_appointment, make_assignment, make_student, make_unit
from tests.advising.statements import statements
from tests.factories import client_for
from tests.pages import one_line

pytestmark = pytest.mark.django_db


def test_the_queue_is_first_come_first_served(sam, olive, ada):
    first = dropins.join_queue(sam, ada.unit, user=sam.user, reason="A form to sign")
    second = dropins.join_queue(olive, ada.unit, user=olive.user)
    assert [dropins.position_in_queue(drop_in) for drop_in in (first, second)] == [1, 2]
    with pytest.raises(AdvisingError, match="in a queue already"):
        dropins.join_queue(sam, ada.unit, user=sam.user)
    dropins.leave_queue(first, user=sam.user)
    assert dropins.position_in_queue(second) == 1
    assert dropins.join_queue(sam, ada.unit, user=sam.user).state == DropInState.WAITING


def test_calling_in_begins_an_appointment_and_only_one_may_call(sam, ada):
    ada.unit.place = "Hall 2"
    ada.unit.save()
    drop_in = dropins.join_queue(sam, ada.unit, user=sam.user, reason="A form to sign")
    appointment = dropins.call_in(drop_in, user=ada.user)
    assert (appointment.state, appointment.is_drop_in, appointment.agenda) == ("checked_in", True, "A form to sign")
    assert appointment.place == ada.unit.place == "Hall 2"
    assert (appointment.advisor, appointment.ends_at - appointment.starts_at) == (ada, dropins.LASTS)
    assert told() == [("Sam", f"Ada Advisor calls you in at {ada.unit}")]
    peer = make_advisor(unit=ada.unit)
    with pytest.raises(AdvisingError, match="no longer waiting: called in"):
        dropins.call_in(drop_in, user=peer.user)
    assert outcomes.change_state(appointment, "completed", user=ada.user).state == "completed"
    drop_in.refresh_from_db()
    assert (drop_in.state, drop_in.appointment) == ("done", appointment)


def test_a_drop_in_takes_precedence_over_nothing_that_is_booked(sam, olive, ada):
    """Whoever stands there is let in though the advisor's time is taken; the booking keeps its time."""
    now = timezone.now().replace(second=0, microsecond=0)
    standing = make_appointment(olive, ada, starts_in=timedelta())
    OccupiedSlot.objects.bulk_create(
        OccupiedSlot(person=ada.user, starts_at=at, appointment=standing)
        for at in quarters(now, now + timedelta(minutes=30))
    )
    drop_in = dropins.join_queue(sam, ada.unit, user=sam.user)
    assert dropins.call_in(drop_in, user=ada.user).slots.filter(person=ada.user).count() == 0
    assert standing.slots.count() >= 2


def test_strangers_neither_see_nor_change_the_queue(sam, ada, other_student, stranger_advisor):
    make_student(other_student)
    make_advisor(stranger_advisor)
    drop_in = dropins.join_queue(sam, ada.unit, user=sam.user)
    for user in (other_student, stranger_advisor):
        for name in ("call_in", "leave_queue"):
            answer = client_for(user).post(reverse(f"advising:{name}", args=[drop_in.pk]))
            assert answer.status_code == 404
        with pytest.raises(AdvisingError):
            dropins.call_in(drop_in, user=user)
    assert client_for(sam.user).post(reverse("advising:call_in", args=[drop_in.pk])).status_code == 403
    with pytest.raises(AdvisingError, match="cannot add"):
        dropins.join_queue(sam, ada.unit, user=other_student)
    assert "Sam Student" not in client_for(stranger_advisor).get(reverse("advising:queue")).text
    drop_in.refresh_from_db()
    assert drop_in.state == "waiting"


def test_the_queue_on_its_pages(sam, ada):
    client, adviser = client_for(sam.user), client_for(ada.user)
    joined = client.post(reverse("advising:drop_in"), {"who": f"unit-{ada.unit_id}", "reason": "A form"})
    assert joined.status_code == 302
    assert "You are next" in client.get(reverse("advising:drop_in")).text
    assert "Sam Student" in adviser.get(reverse("advising:queue")).text
    drop_in = DropIn.objects.get()
    called = adviser.post(reverse("advising:call_in", args=[drop_in.pk]))
    assert called.url == reverse("advising:appointment", args=[Appointment.objects.get().pk])
    again = adviser.post(reverse("advising:call_in", args=[drop_in.pk]), follow=True)
    assert "no longer waiting" in again.text
    assert Appointment.objects.count() == 1


# Asking for one of the advisors


def test_a_student_asks_for_one_advisor_who_is_told(sam, ada):
    client = client_for(sam.user)
    client.post(reverse("advising:drop_in"), {"who": f"advisor-{ada.pk}"})
    drop_in = DropIn.objects.get()
    assert (drop_in.unit, drop_in.advisor) == (ada.unit, ada)
    assert told() == [("Ada", f"Sam Student waits for you at {ada.unit}")]
    assert "You asked for Ada Advisor" in client.get(reverse("advising:drop_in")).text


def test_the_queue_says_who_is_asked_for_and_a_colleague_takes_over(sam, olive, ada):
    peer = make_advisor(unit=ada.unit)
    drop_in = dropins.join_queue(sam, ada.unit, user=sam.user, advisor=ada)
    dropins.join_queue(olive, ada.unit, user=olive.user)
    page = one_line(client_for(ada.user).get(reverse("advising:queue")).text)
    assert (page.count("Asks for you"), page.count(">Call in<"), page.count(">Take over<")) == (1, 2, 0)
    client = client_for(peer.user)
    page = one_line(client.get(reverse("advising:queue")).text)
    assert (page.count("Asks for Ada Advisor"), page.count(">Call in<"), page.count(">Take over<")) == (1, 1, 1)
    client.post(reverse("advising:call_in", args=[drop_in.pk]))
    drop_in.refresh_from_db()
    assert (drop_in.state, drop_in.advisor, drop_in.appointment.advisor) == ("called", ada, peer)
    assert told()[-1] == ("Sam", f"{peer} calls you in at {ada.unit}")


def test_only_those_who_may_take_the_same_advisors_time_come_before(ada):
    peer = make_advisor(unit=ada.unit)
    places = []
    for advisor in (peer, None, ada, ada, None):
        student = make_student()
        drop_in = dropins.join_queue(student, ada.unit, user=student.user, advisor=advisor)
        places.append(dropins.position_in_queue(drop_in))
    assert places == [1, 2, 2, 3, 5]


def test_nobody_waits_for_who_is_not_there(sam, ada):
    gone, stranger = make_advisor(unit=ada.unit, is_active=False), make_advisor()
    for advisor in (gone, stranger):
        with pytest.raises(AdvisingError, match="does not see students at"):
            dropins.join_queue(sam, ada.unit, user=sam.user, advisor=advisor)
    answer = client_for(sam.user).post(reverse("advising:drop_in"), {"who": f"advisor-{gone.pk}"})
    assert "Select a valid choice" in answer.text
    assert not DropIn.objects.exists()


def test_an_office_without_advisors_has_no_queue(sam, ada):
    empty, left = make_unit(name="Empty office"), make_advisor(is_active=False).unit
    page = client_for(sam.user).get(reverse("advising:drop_in")).text
    assert (f"Whoever is free next at {ada.unit}" in page, "Empty office" in page) == (True, False)
    for unit in (empty, left):
        with pytest.raises(AdvisingError, match="is closed"):
            dropins.join_queue(sam, unit, user=sam.user)
    ada.is_active = False
    ada.save()
    assert (
        "No office sees students without an appointment" in client_for(sam.user).get(reverse("advising:drop_in")).text
    )


def test_the_students_own_office_comes_first(sam, ada):
    make_advisor(unit=make_unit(name="A first office"))
    make_assignment(sam, make_advisor(unit=make_unit(name="B second office")), kind="career")
    page = client_for(sam.user).get(reverse("advising:drop_in")).text
    offices = re.findall("Whoever is free next at (.*?)<", page)
    assert offices == [ada.unit.name, "B second office", "A first office"]


def test_whoever_waits_at_midnight_has_gone_home(sam, ada):
    dropins.join_queue(sam, ada.unit, user=sam.user)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    DropIn.objects.update(joined_at=midnight - timedelta(minutes=1))
    client = client_for(sam.user)
    assert "Nobody is waiting" in client_for(ada.user).get(reverse("advising:queue")).text
    assert "You are in the queue" not in client.get(reverse("advising:appointments")).text
    client.post(reverse("advising:drop_in"), {"who": f"unit-{ada.unit_id}"})
    assert list(DropIn.objects.order_by("pk").values_list("state", flat=True)) == ["left", "waiting"]


def test_pages_take_as_many_statements_for_one_as_for_three(sam, ada):
    pages = [(client_for(ada.user), reverse("advising:queue")), (client_for(sam.user), reverse("advising:drop_in"))]

    def one_more():
        peer, student, seen = make_advisor(unit=ada.unit), make_student(), make_student()
        dropins.join_queue(student, ada.unit, user=student.user, advisor=peer)
        dropins.call_in(dropins.join_queue(seen, ada.unit, user=seen.user, advisor=peer), user=ada.user)

    one_more()
    before = [statements(*page) for page in pages]
    one_more()
    one_more()
    assert [statements(*page) for page in pages] == before
    dropins.join_queue(sam, ada.unit, user=sam.user, advisor=ada)
    waiting = statements(*pages[1])
    one_more()
    assert statements(*pages[1]) == waiting
