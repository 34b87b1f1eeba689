"""Mail about accounts: whatever the mail server does, nobody waits, nothing is lost, and no secret lies open."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from portal.models import AccountMail
from portal.services import account_mail
from tests.factories import PASSWORD, client_for
from tests.pages import page_links, page_words
from tests.portal.test_accounts import sign_up

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/accounts/(?:confirm-email|password/reset/key)/\S+")


class DownBackend(EmailBackend):
    """A server that cannot be reached."""

    def open(self):
        raise TimeoutError

    def send_messages(self, messages):
        raise AssertionError("asked while somebody waits for a page")


class RefusingBackend(EmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"new@example.org": (451, b"later")})


@pytest.fixture
def backend(settings):
    def use(kind):
        settings.EMAIL_BACKEND = f"{__name__}.{kind.__name__}"

    return use


def ask_for_a_new_password(client, user):
    return client.post(reverse("account_reset_password"), {"email": user.email})


def test_a_server_that_is_down_keeps_nobody_from_signing_up(visitor, backend):
    backend(DownBackend)
    assert sign_up(visitor).url == reverse("account_email_verification_sent")
    with pytest.raises(CommandError, match=r"cannot be reached \(TimeoutError\)\. Nothing is lost"):
        call_command("send_notifications")
    assert AccountMail.objects.count() == 1
    backend(EmailBackend)
    call_command("send_notifications")
    assert [sent.to for sent in mail.outbox] == [["new@example.org"]]
    assert visitor.post(LINK.search(mail.outbox[0].body).group()).status_code == 302
    credentials = {"login": "new@example.org", "password": PASSWORD}
    assert client_for().post(reverse("account_login"), credentials).url == reverse("advising:me")
    assert not AccountMail.objects.exists()


def test_a_new_password_too_is_asked_for_while_the_server_is_down(visitor, student, backend):
    backend(DownBackend)
    assert ask_for_a_new_password(visitor, student).url == reverse("account_reset_password_done")
    backend(EmailBackend)
    assert account_mail.send_waiting().sent == 1
    page = visitor.get(LINK.search(mail.outbox[0].body).group(), follow=True)
    new = {"password1": "another-horse-battery-9", "password2": "another-horse-battery-9"}
    visitor.post(page.redirect_chain[-1][0], new)
    student.refresh_from_db()
    assert student.check_password("another-horse-battery-9")


def test_what_waits_is_sealed_and_stands_in_no_list(visitor, student):
    ask_for_a_new_password(visitor, student)
    row = AccountMail.objects.get()
    sent = account_mail.unseal(row)
    assert LINK.search(sent.body)
    for text in (student.email, "password", LINK.search(sent.body).group()):
        assert text not in row.sealed
    assert str(row) == f"Account mail {row.pk}"
    assert AccountMail not in admin.site._registry


def test_a_mail_goes_once_and_says_that_it_is_one(visitor, student):
    ask_for_a_new_password(visitor, student)
    row = AccountMail.objects.get()
    first = account_mail.unseal(row)
    assert account_mail.send_waiting().sent == 1
    assert account_mail.send_waiting().sent == 0
    (sent,) = mail.outbox
    assert sent.extra_headers == first.extra_headers
    assert sent.extra_headers["Message-ID"].startswith(f"<accountmail-{row.pk}-")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_refused_mail_is_tried_again_later_and_the_log_says_no_address(visitor, backend, caplog):
    sign_up(visitor)
    backend(RefusingBackend)
    assert (account_mail.send_waiting().put_off, account_mail.send_waiting().put_off) == (1, 0)
    row = AccountMail.objects.get()
    assert row.next_attempt_at > timezone.now()
    assert f"Account mail {row.pk} was not mailed: SMTPRecipientsRefused" in caplog.messages
    assert "new@example.org" not in caplog.text


def test_a_mail_that_waited_for_a_day_is_forgotten(visitor, student):
    ask_for_a_new_password(visitor, student)
    AccountMail.objects.update(created_at=timezone.now() - account_mail.KEPT - timedelta(minutes=1))
    assert account_mail.send_waiting().sent == 0
    assert not AccountMail.objects.exists()


def test_a_new_secret_key_reads_what_the_old_one_sealed_while_it_is_named(visitor, student, settings):
    ask_for_a_new_password(visitor, student)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert account_mail.unseal(AccountMail.objects.get()).to == [student.email]
    settings.SECRET_KEY_FALLBACKS = []
    assert account_mail.send_waiting().sent == 0
    assert not AccountMail.objects.exists(), "nobody can read it any more"


def test_on_ones_own_machine_mail_is_printed_at_once(visitor, student, settings):
    settings.LOCAL = True
    ask_for_a_new_password(visitor, student)
    assert (len(mail.outbox), AccountMail.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_sender_starts_by_itself_once_the_request_has_committed(visitor, student):
    ask_for_a_new_password(visitor, student)
    account_mail._sender.join(timeout=20)
    assert [sent.to for sent in mail.outbox] == [[student.email]]
    assert not AccountMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_finds_no_server_says_so_and_leaves_the_mail(visitor, student, backend, caplog):
    backend(DownBackend)
    ask_for_a_new_password(visitor, student)
    account_mail._sender.join(timeout=20)
    assert "The mail server cannot be reached (TimeoutError). Mail about accounts waits." in caplog.messages
    assert AccountMail.objects.count() == 1


def test_who_got_no_message_can_ask_again(visitor):
    sign_up(visitor)
    page = visitor.get(reverse("account_email_verification_sent")).text
    assert "sign in with your address and password: the message is sent again" in page_words(page)
    assert reverse("account_login") in page_links(page)
    AccountMail.objects.all().delete()
    credentials = {"login": "new@example.org", "password": PASSWORD}

    def ask():
        assert visitor.post(reverse("account_login"), credentials).url == reverse("account_email_verification_sent")
        return AccountMail.objects.count()

    assert ask() == 0, "three minutes are not over"
    cache.clear()
    assert ask() == 1


def test_a_link_that_is_too_old_says_how_to_get_another(visitor):
    page = visitor.get(reverse("account_confirm_email", args=["no-such-key"])).text
    assert "This link is too old, or not whole. Sign in with your address and password" in page_words(page)
    assert get_user_model().objects.count() == 0
