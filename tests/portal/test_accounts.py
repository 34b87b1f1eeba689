"""Signing up makes a student; staff go nowhere without a second factor; single sign-on exists where it is named."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from advising.models import StudentProfile
from portal.models import AccountMail
from portal.services import account_mail
from tests.advising.factories import make_advisor, make_student
from tests.factories import PASSWORD, client_for, make_user
from tests.portal.test_settings import manage

pytestmark = pytest.mark.django_db

STAFF = ["Advisor", "Lead advisor", "Catalog editor", "Administrator"]


def sign_up(visitor, **values):
    form = {"email": "New@Example.org", "password1": PASSWORD, "password2": PASSWORD, **values}
    return visitor.post(reverse("account_signup"), {"first_name": "Nia", "last_name": "New", **form})


def test_signing_up_makes_a_student_once_the_address_is_proven(visitor):
    assert sign_up(visitor).url == reverse("account_email_verification_sent")
    user = get_user_model().objects.get(email="new@example.org")
    assert (user.get_full_name(), list(user.groups.values_list("name", flat=True))) == ("Nia New", ["Student"])
    assert (user.is_staff, StudentProfile.objects.get().user) == (False, user)
    credentials = {"login": "new@example.org", "password": PASSWORD}
    assert visitor.post(reverse("account_login"), credentials).url == reverse("account_email_verification_sent")
    account_mail.send_waiting()
    link = re.search(r"/accounts/confirm-email/\S+", mail.outbox[0].body).group()
    visitor.post(link)
    assert visitor.post(reverse("account_login"), credentials).url == reverse("advising:me")
    assert visitor.get(reverse("advising:my_notes")).status_code == 200


@pytest.mark.parametrize(
    "values", [{"first_name": ""}, {"email": "no"}, {"password2": "other"}, {"groups": "1", "email": ""}]
)
def test_a_wrong_sign_up_makes_nobody(visitor, values):
    assert sign_up(visitor, **values).status_code == 200
    assert not get_user_model().objects.exists()


def test_a_known_address_is_not_given_away(visitor, student):
    assert sign_up(visitor, email=student.email).url == reverse("account_email_verification_sent")
    assert get_user_model().objects.get() == student
    assert not StudentProfile.objects.exists()


@pytest.fixture
def hashed(monkeypatch):
    """The passwords that were hashed: what takes time in signing up and in."""
    passwords = []
    encode = MD5PasswordHasher.encode

    def note(self, password, salt):
        passwords.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", note)
    return passwords


def test_the_time_that_an_answer_takes_gives_no_address_away(visitor, student, hashed):
    """The same work for an address that has an account, one whose owner signs in elsewhere, and one that has none."""
    elsewhere = make_user("Student", email="elsewhere@example.org")
    elsewhere.set_unusable_password()
    elsewhere.save()
    gone = make_user("Student", email="gone@example.org", is_active=False)
    forms = {
        "account_signup": lambda email: {
            **dict.fromkeys(("first_name", "last_name"), "Nia"),
            "email": email,
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
        "account_login": lambda email: {"login": email, "password": "wrong"},
        "account_reset_password": lambda email: {"email": email},
    }
    work = {}
    for name, values in forms.items():
        for email in (student.email, elsewhere.email, gone.email, "nobody@example.org"):
            hashed.clear()
            AccountMail.objects.all().delete()
            cache.clear()
            answer = visitor.post(reverse(name), values(email))
            work.setdefault(name, []).append((answer.status_code, len(hashed), AccountMail.objects.count()))
    assert work == {
        "account_signup": [(302, 1, 1)] * 4,
        "account_login": [(200, 2, 0)] * 4,
        "account_reset_password": [(302, 0, 1)] * 4,
    }


def without_factor(*groups, **values):
    user = make_user(*groups, **values)
    Authenticator.objects.filter(user=user).delete()
    return user


PRIVATE = ["/", "/advising/notes/", "/admin/", "/programs/"]


@pytest.mark.parametrize("group", STAFF)
def test_staff_without_a_second_factor_are_sent_to_set_one_up(group):
    user = without_factor(group, is_staff=group in ("Catalog editor", "Administrator"))
    client = client_for(user)
    assert {path: client.get(path).headers.get("Location") for path in PRIVATE} == dict.fromkeys(
        PRIVATE, reverse("mfa_index")
    )
    assert client.post("/advising/notes/").url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client.get("/").status_code == 302
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    assert client.get("/").status_code == 200


def test_a_staff_flag_or_superuser_counts_as_staff():
    for values in ({"is_staff": True}, {"is_superuser": True}):
        assert client_for(without_factor(**values)).get("/").status_code == 302


def test_students_and_visitors_need_none_and_nobody_in_demo_mode(visitor, student, settings):
    assert visitor.get("/").status_code == 200
    assert client_for(student).get("/").status_code == 200
    settings.DEMO = True
    assert client_for(without_factor("Advisor")).get("/").status_code == 200


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(visitor):
    user = without_factor("Advisor")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    answer = visitor.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert visitor.get("/advising/notes/").status_code == 302
    assert visitor.post(answer.url, {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    # Without an advisor's profile there is no caseload to go to.
    assert visitor.post(answer.url, {"code": code}).url == reverse("home")
    assert visitor.get("/advising/notes/").status_code == 200


SECRET = "JBSWY3DPEHPK3PXP"


def sign_in(client, user, **values):
    """The answer of the sign-in page, or of the second factor where it asks for one."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **values})
    if not answer.url.startswith(reverse("mfa_authenticate")):
        return answer
    code = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    return client.post(answer.url, {"code": code})


@pytest.mark.parametrize("has_factor", [True, False])
@pytest.mark.parametrize(
    ("role", "lands_on"),
    [
        ("student", "advising:me"),
        ("advisor", "advising:caseload"),
        ("lead", "advising:caseload"),
        ("editor", "admin:index"),
        ("admin", "admin:index"),
    ],
)
def test_each_role_lands_where_it_works(role, lands_on, has_factor, visitor, request):
    user = request.getfixturevalue(role)
    Authenticator.objects.filter(user=user).delete()
    if role == "student":
        make_student(user)
    elif role in ("advisor", "lead"):
        make_advisor(user)
    if has_factor:
        TOTP.activate(user, SECRET)
    assert sign_in(visitor, user).url == reverse(lands_on)
    landed = visitor.get(reverse(lands_on))
    if role == "student" or has_factor:
        assert landed.status_code == 200
    else:
        assert landed.url == reverse("mfa_index"), "staff set up a second factor first"


@pytest.mark.parametrize("has_factor", [True, False])
def test_who_was_going_somewhere_goes_there(has_factor, visitor, student):
    make_student(student)
    if has_factor:
        TOTP.activate(student, SECRET)
    assert sign_in(visitor, student, next="/programs/?q=nursing").url == "/programs/?q=nursing"


def test_nobody_is_sent_to_another_site(visitor, student):
    make_student(student)
    assert sign_in(visitor, student, next="https://example.org/").url == reverse("advising:me")


def test_every_answer_carries_the_number_of_its_request(visitor):
    numbers = {visitor.get("/healthz")["X-Request-ID"] for _ in range(2)}
    assert len(numbers) == 2
    assert {len(number) for number in numbers} == {32}


SHOW = "from django.conf import settings as s; print(s.SOCIALACCOUNT_PROVIDERS, s.CONTENT_SECURITY_POLICY)"
OIDC = {"OIDC_SERVER_URL": "https://id.example.edu/realm", "OIDC_CLIENT_ID": "waypoint", "OIDC_SECRET": "s3cret"}
SAML = {"SAML_METADATA_URL": "https://idp.example.edu/metadata", "SAML_ENTITY_ID": "https://idp.example.edu/idp"}


def test_single_sign_on_is_off_until_a_provider_is_named():
    shown = manage("shell", "-v0", "-c", SHOW)
    off = {"APPS": [], "VERIFIED_EMAIL": []}
    assert shown.stdout.startswith(str({"openid_connect": off, "saml": off}))


@pytest.mark.parametrize(
    ("variables", "origin"), [(OIDC, "https://id.example.edu"), (SAML, "https://idp.example.edu")]
)
def test_a_named_provider_may_be_signed_in_at(variables, origin):
    shown = manage("shell", "-v0", "-c", SHOW, **variables).stdout
    assert next(iter(variables.values())) in shown
    assert f"'form-action': [\"'self'\", '{origin}']" in shown
    half = dict(list(variables.items())[:1])
    assert "is not set. See .env.example" in manage("check", **half).stderr


def test_the_sign_in_page_offers_the_provider(visitor, settings):
    app = {
        "provider_id": "school",
        "name": "Example State",
        "client_id": "waypoint",
        "secret": "s3cret",
        "settings": {"server_url": "https://id.example.edu/realm"},
    }
    assert "Example State" not in visitor.get(reverse("account_login")).text
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "Example State" in visitor.get(reverse("account_login")).text


def test_the_secret_of_a_second_factor_is_unreadable_in_the_database(settings):
    user = without_factor("Advisor")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    kept = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in kept
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    assert decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        decrypt(kept)
