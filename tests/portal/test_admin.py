"""The way into the admin, and accounts in it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.models import User
from tests.factories import PASSWORD, client_for, make_user

pytestmark = pytest.mark.django_db


def test_visitor_signs_in_on_the_sites_own_page(visitor):
    answer = visitor.get("/admin/programs/program/")
    assert (answer.status_code, answer.url) == (302, "/admin/login/?next=/admin/programs/program/")
    answer = visitor.get(answer.url)
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Fadmin%2Fprograms%2Fprogram%2F")


def test_passwords_are_not_checked_behind_the_sign_in_limits(visitor, admin):
    answer = visitor.post("/admin/login/", {"username": admin.email, "password": PASSWORD})
    assert answer.url.startswith("/accounts/login/")
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("person", ["student", "advisor", "lead"])
def test_only_staff_enters(person, request):
    client = client_for(request.getfixturevalue(person))
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/").status_code == 403


def test_staff_sees_the_catalog(editor):
    answer = client_for(editor).get("/admin/")
    assert answer.status_code == 200
    assert "Waypoint catalog" in answer.content.decode()


def test_account_is_made_with_an_address_alone(admin):
    client = client_for(admin)
    answer = client.get("/admin/portal/user/add/")
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.fields) == {"email", "usable_password", "password1", "password2"}
    answer = client.post(
        "/admin/portal/user/add/",
        {"email": "New.Person@Example.org", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert answer.status_code == 302
    person = User.objects.get(email="new.person@example.org")
    assert person.check_password(PASSWORD)
    assert not EmailAddress.objects.filter(user=person, verified=True).exists()
    assert client.get(answer.url).status_code == 200


def test_second_account_with_the_same_address_is_refused(admin, student):
    values = {"email": "STUDENT@example.org", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    answer = client_for(admin).post("/admin/portal/user/add/", values)
    assert answer.status_code == 200
    assert answer.context["errors"] == [["User with this E-mail address already exists."]]


@pytest.mark.parametrize("query", ["", "?q=sam", "?is_staff__exact=1"])
def test_list_of_people(admin, student, query):
    assert client_for(admin).get(f"/admin/portal/user/{query}").status_code == 200


def test_only_a_superuser_makes_or_changes_one(admin):
    clerk = make_user(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="portal"))
    client = client_for(clerk)
    values = {"email": clerk.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert client.post(f"/admin/portal/user/{clerk.pk}/change/", values).status_code == 302
    clerk.refresh_from_db()
    assert clerk.is_superuser is False
    values = {"email": "mine@example.org", "is_active": "on"}
    assert client.post(f"/admin/portal/user/{admin.pk}/change/", values).status_code == 403
    assert client.post(f"/admin/portal/user/{admin.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/portal/user/{admin.pk}/password/", {}).status_code == 403
    admin.refresh_from_db()
    assert admin.email == "admin@example.org"


@pytest.mark.parametrize("key", ["x", "\0", "9" * 40])
def test_a_made_up_selection_breaks_no_list(admin, key):
    """Whoever registered the model: the lists of sign-in and second factors are asked no more than our own."""
    client = client_for(admin)
    answers = {}
    for model in site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        sent = {"action": "delete_selected", "_selected_action": key, "index": "0"}
        answers[model._meta.label] = client.post(address, sent).status_code
    assert {label: code for label, code in answers.items() if code >= 500} == {}
