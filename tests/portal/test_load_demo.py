"""The demonstration: its catalog, its accounts, and that neither appears where it should not."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user, get_user_model
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.services.demo_accounts import ACCOUNTS, PASSWORD, demo_accounts, make_demo_accounts
from programs.exceptions import DirectoryError
from programs.models import ImportRun, Program

User = get_user_model()


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True


def load_demo() -> str:
    said = StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue()


def test_the_command_loads_once_and_then_has_nothing_to_do(demo):
    first = load_demo()
    assert "Loaded the shipped catalog: " in first
    assert "Made 6 accounts for the demonstration." in first
    assert "Made the advising records of 60 students." in first
    programs = Program.objects.published().count()
    assert programs >= 190
    assert load_demo() == "The shipped catalog is loaded already; nothing to do.\n"
    assert Program.objects.published().count() == programs
    assert ImportRun.objects.filter(source="shipped").count() == 1


def test_a_catalog_that_does_not_hold_stops_the_command_before_any_account(demo, monkeypatch):
    def refuse():
        raise DirectoryError("The shipped catalog refers to the source “x”, which it does not hold.")

    monkeypatch.setattr("portal.management.commands.load_demo.load_shipped_catalog", refuse)
    with pytest.raises(CommandError, match="refers to the source “x”"):
        load_demo()
    assert not User.objects.exists()


def test_accounts_have_the_rights_of_their_role_and_no_more(demo):
    assert make_demo_accounts() == 6
    made = {
        user.email: (user.is_staff, user.is_superuser, [group.name for group in user.groups.all()])
        for user in User.objects.all()
    }
    assert made == {
        "student@demo.example": (False, False, ["Student"]),
        "advisor@demo.example": (False, False, ["Advisor"]),
        "career@demo.example": (False, False, ["Advisor"]),
        "lead@demo.example": (False, False, ["Lead advisor"]),
        "editor@demo.example": (True, False, ["Catalog editor"]),
        "admin@demo.example": (True, True, ["Administrator"]),
    }
    editor = User.objects.get(email="editor@demo.example")
    assert editor.has_perm("programs.change_program")
    assert not editor.has_perm("portal.change_user")
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 6


def test_an_account_that_is_there_is_left_alone(demo):
    make_demo_accounts()
    student = User.objects.get(email="student@demo.example")
    student.set_password("changed-by-the-student-7")
    student.save()
    assert make_demo_accounts() == 0
    student.refresh_from_db()
    assert student.check_password("changed-by-the-student-7")


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.role)
def test_each_account_signs_in_on_the_page_that_names_it(demo, client, account):
    make_demo_accounts()
    page = client.get(reverse("account_login")).content.decode()
    assert account.email in page
    assert PASSWORD in page
    client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
    assert get_user(client).email == account.email


def test_outside_demo_mode_there_is_no_account_and_no_word_of_one(db, settings, client):
    settings.DEMO = False
    assert make_demo_accounts() == 0
    assert demo_accounts() == ()
    assert not User.objects.exists()
    page = client.get(reverse("account_login")).content.decode()
    assert "demo.example" not in page
    assert PASSWORD not in page


def test_outside_demo_mode_the_catalog_is_loaded_all_the_same(db, settings):
    settings.DEMO = False
    assert "accounts" not in load_demo()
    assert Program.objects.published().exists()
    assert not User.objects.exists()
