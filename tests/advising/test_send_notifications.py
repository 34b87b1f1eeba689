"""The outbox: nothing lost by a failing mail server, nothing sent twice, no private text in any mail."""

import logging
import threading
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from advising.models import Notification
from advising.services import outbox
from portal.management.commands import send_notifications
from tests.advising.factories import make_notification


class RefusingBackend(EmailBackend):
    """A server that takes the connection and refuses every mail."""

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"student@example.org": (451, b"later")})


class DroppingBackend(EmailBackend):
    """A server that goes away in the middle of the first mail, and does not come back."""

    dropped = False

    def open(self):
        if type(self).dropped:
            raise ConnectionRefusedError
        return True

    def send_messages(self, messages):
        type(self).dropped = True
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class DownBackend(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


@pytest.fixture
def backend(settings):
    def use(kind):
        settings.EMAIL_BACKEND = f"{__name__}.{kind.__name__}"

    return use


def states():
    return list(Notification.objects.order_by("pk").values_list("mail_state", "attempts"))


@pytest.mark.django_db
def test_a_mail_is_subject_and_link_and_nothing_else(student, settings):
    settings.SITE_URL = "https://waypoint.example.edu"
    row = make_notification(student, subject="An item\nis due", link="/advising/items/")
    call_command("send_notifications")
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("An item is due", ["student@example.org"])
    assert "https://waypoint.example.edu/advising/items/" in sent.body
    assert sent.body.splitlines()[0] == "An item"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Message-ID"].startswith(f"<notification-{row.pk}-")
    assert sent.extra_headers["Message-ID"].endswith("@waypoint.example.edu>")
    row.refresh_from_db()
    assert (row.mail_state, row.claimed_at, row.attempts) == ("sent", None, 1)
    assert row.sent_at is not None


@pytest.mark.django_db
def test_a_second_run_sends_nothing(student, capsys):
    make_notification(student)
    call_command("send_notifications")
    call_command("send_notifications")
    assert len(mail.outbox) == 1
    assert capsys.readouterr().out.count("notifications: mailed: 0, put off: 0, given up: 0") == 1


@pytest.mark.django_db
def test_a_server_that_is_down_costs_no_attempt(student, backend):
    make_notification(student)
    backend(DownBackend)
    with pytest.raises(CommandError, match=r"cannot be reached \(ConnectionRefusedError\)\. Nothing is lost"):
        call_command("send_notifications")
    assert states() == [("waiting", 0)]
    backend(EmailBackend)
    call_command("send_notifications")
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_server_that_drops_midway_loses_nothing(student, backend, monkeypatch):
    monkeypatch.setattr(DroppingBackend, "dropped", False)
    for _ in range(3):
        make_notification(student)
    backend(DroppingBackend)
    tally = outbox.send_waiting()
    assert (tally.sent, tally.put_off, tally.unreachable) == (0, 1, "ConnectionRefusedError")
    assert states() == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    backend(EmailBackend)
    Notification.objects.update(next_attempt_at=None)
    assert outbox.send_waiting().sent == 3


@pytest.mark.django_db
def test_a_refused_mail_is_tried_again_after_a_growing_pause(student, backend, caplog):
    row = make_notification(student, subject="CANARY-SUBJECT")
    backend(RefusingBackend)
    before = timezone.now()
    with caplog.at_level(logging.WARNING):
        assert outbox.send_waiting().put_off == 1
    assert outbox.send_waiting() == outbox.Tally()  # its time has not come
    row.refresh_from_db()
    assert timedelta(minutes=5) <= row.next_attempt_at - before < timedelta(minutes=6)
    assert "SMTPRecipientsRefused" in caplog.text
    assert "CANARY" not in caplog.text
    assert "student@example.org" not in caplog.text


def test_pauses_double_up_to_half_a_day_and_span_five_days():
    pauses = [outbox.pause(attempts) for attempts in range(1, outbox.MOST_ATTEMPTS)]
    assert pauses[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert max(pauses) == timedelta(hours=12)
    assert timedelta(days=4) < sum(pauses, timedelta()) < timedelta(days=5)


@pytest.mark.django_db
def test_what_is_given_up_stays_in_the_portal_and_can_be_taken_up_again(student, backend):
    row = make_notification(student, attempts=outbox.MOST_ATTEMPTS - 1)
    backend(RefusingBackend)
    assert outbox.send_waiting().given_up == 1
    row.refresh_from_db()
    assert (row.mail_state, row.claimed_at, row.read_at) == ("failed", None, None)
    backend(EmailBackend)
    call_command("send_notifications")
    assert mail.outbox == []
    call_command("send_notifications", retry_failed=True)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_row_in_hand_is_left_alone_until_its_sender_must_be_dead(student):
    now = timezone.now()
    fresh = make_notification(student, claimed_at=now - outbox.LEASE + timedelta(minutes=1), attempts=1)
    stale = make_notification(student, claimed_at=now - outbox.LEASE - timedelta(minutes=1), attempts=1)
    assert outbox.take(fresh.pk) is None
    assert outbox.send_waiting().sent == 1
    fresh.refresh_from_db()
    stale.refresh_from_db()
    assert (fresh.mail_state, stale.mail_state, stale.attempts) == ("waiting", "sent", 2)


@pytest.mark.django_db
def test_both_copies_of_a_mail_sent_around_a_crash_have_one_identity(student):
    row = make_notification(student)
    first = outbox.message(outbox.take(row.pk))
    Notification.objects.update(claimed_at=timezone.now() - outbox.LEASE * 2)  # died before writing it down
    outbox.send_waiting()
    assert mail.outbox[0].extra_headers["Message-ID"] == first.extra_headers["Message-ID"]


@pytest.mark.django_db
def test_a_sender_that_lost_its_row_does_not_settle_it(student):
    row = make_notification(student)
    slow = outbox.take(row.pk)
    Notification.objects.update(claimed_at=timezone.now() - outbox.LEASE * 2)
    quick = outbox.take(row.pk)
    outbox._settle(slow, mail_state="failed")
    row.refresh_from_db()
    assert (row.mail_state, row.claimed_at) == ("waiting", quick.claimed_at)


@pytest.mark.django_db
def test_a_closed_account_is_not_mailed(student):
    row = make_notification(student)
    student.is_active = False
    student.save()
    assert outbox.send_waiting() == outbox.Tally()
    row.refresh_from_db()
    assert (row.mail_state, mail.outbox) == ("none", [])


@pytest.mark.django_db
def test_a_run_mails_the_oldest_first_and_no_more_than_its_limit(student):
    for subject in ("first", "second", "third"):
        make_notification(student, subject=subject)
    call_command("send_notifications", limit=2)
    assert [sent.subject for sent in mail.outbox] == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once(student):
    Notification.objects.bulk_create(
        [Notification(user=student, kind="item", subject=f"Number {number}") for number in range(30)]
    )
    mail.outbox.clear()
    start, faults = threading.Barrier(4), []

    def run():
        try:
            start.wait()
            outbox.send_waiting()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(sent.subject for sent in mail.outbox) == sorted(f"Number {number}" for number in range(30))
    assert states() == [("sent", 1)] * 30


@pytest.mark.django_db
def test_a_step_that_fails_is_named_and_the_mail_still_goes_out(student, monkeypatch, caplog):
    def broken():
        raise ValueError("CANARY: a row and its text")

    def works():
        make_notification(student, subject="Told by a step")
        return 1

    monkeypatch.setattr(send_notifications, "STEPS", (broken, works))
    with pytest.raises(CommandError) as raised:
        call_command("send_notifications")
    assert str(raised.value) == "The step test_send_notifications.broken failed (ValueError)."
    assert [sent.subject for sent in mail.outbox] == ["Told by a step"]
    assert "CANARY" not in caplog.text
