import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from tests.factories import make_user
from tests.pages import page_faults


def refuse(request):
    raise PermissionDenied


def suspect(request):
    raise SuspiciousOperation


def break_down(request):
    raise RuntimeError("a secret detail")


@csrf_protect
def take(request):
    return HttpResponse("taken")


urlpatterns = [
    path("refused/", refuse),
    path("suspect/", suspect),
    path("broken/", break_down),
    path("form/", take),
    path("", include("portal.urls")),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere/", 404, "There is no such page"),
        ("/refused/", 403, "This page is not open to you"),
        ("/suspect/", 400, "That request makes no sense to us"),
        ("/broken/", 500, "Something broke on our side"),
    ],
)
def test_errors_are_pages_of_the_site_and_need_no_database(address, status, heading):
    """No database is open in this test: a query would fail it."""
    response = Client(raise_request_exception=False).get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in html
    assert page_faults(html) == []
    assert "a secret detail" not in html


def test_form_that_cannot_be_checked_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/form/")
    html = response.content.decode()
    assert response.status_code == 403
    assert "<h1>The form could not be checked</h1>" in html
    assert page_faults(html) == []


ACCOUNT_PAGES = ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ACCOUNT_PAGES)
def test_account_pages_are_pages_of_the_site(page, visitor):
    response = visitor.get(f"/accounts/{page}")
    assert response.status_code == 200
    assert page_faults(response.content.decode()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["email/", "password/change/", "logout/"])
def test_account_pages_of_a_signed_in_person(page):
    client = Client()
    client.force_login(make_user("Student"))
    response = client.get(f"/accounts/{page}")
    assert response.status_code == 200
    assert page_faults(response.content.decode()) == []


@pytest.mark.django_db
def test_refused_sign_in_says_so_beside_the_form(visitor):
    response = visitor.post("/accounts/login/", {"login": "no@example.org", "password": "wrong"})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="errorlist nonfield"' in html
    assert page_faults(html) == []
