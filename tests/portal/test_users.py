"""One mailbox is one account, whatever case it is written in."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tests.factories import PASSWORD, client_for, make_user

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_address_is_kept_in_lower_case():
    user = make_user(email="Ada@Example.ORG")
    assert User.objects.values_list("email", flat=True).get(pk=user.pk) == "ada@example.org"


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@example.org", "Ada@EXAMPLE.org"])
def test_second_account_of_one_mailbox_is_refused(email):
    make_user(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email, PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email=email)])
    assert User.objects.count() == 1


def test_database_refuses_capitals_that_bypass_the_code():
    user = make_user(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portal_user SET email = %s WHERE id = %s", ["ADA@example.org", user.pk])


def test_lookup_and_sign_in_ignore_case():
    user = make_user(email="ada@example.org")
    assert User.objects.get(email="ADA@Example.org") == user
    assert User.objects.get_by_natural_key("ADA@Example.org") == user
    assert authenticate(None, username="ADA@Example.org", password=PASSWORD) == user
    assert authenticate(None, username="ada@example.org", password="wrong") is None


def test_sign_in_form_takes_the_address_in_any_case():
    make_user(email="ada@example.org")
    client = client_for()
    answer = client.post("/accounts/login/", {"login": "ADA@Example.org", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")


@pytest.mark.parametrize("email", ["", None])
def test_account_needs_an_address(email):
    with pytest.raises(ValueError, match=r"^An account needs an e-mail address\.$"):
        User.objects.create_user(email, PASSWORD)


def test_createsuperuser_asks_for_the_address_only(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="Root@Example.org", interactive=False, verbosity=0)
    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser, user.is_active) == ("root@example.org", True, True, True)
    assert user.check_password(PASSWORD)


def test_createsuperuser_without_an_address_says_so():
    with pytest.raises(CommandError, match="--email"):
        call_command("createsuperuser", interactive=False, verbosity=0)


def test_name_stands_for_a_person_and_the_address_where_there_is_none():
    assert str(make_user(first_name="Ada", last_name="Advisor")) == "Ada Advisor"
    assert str(make_user(email="ada@example.org")) == "ada@example.org"
