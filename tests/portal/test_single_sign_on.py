"""Signing in at the school's identity provider, all the way round: a provider of our own answers on this machine."""

import base64
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from onelogin.saml2.utils import OneLogin_Saml2_Utils as saml

from advising.models import StudentProfile
from portal import single_sign_on
from portal.models import User
from portal.services import account_mail
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HOST = "waypoint.example.edu"
NAMES = {"email": "sam@example.edu", "given_name": "Sam", "family_name": "Sample"}
MAIL, GIVEN_NAME, SURNAME = "urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:2.5.4.42", "urn:oid:2.5.4.4"


class Provider:
    """An identity provider that speaks both languages and says of whoever comes what ``person`` holds."""

    def __init__(self):
        self.person = {"sub": "s-1", **NAMES}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.entity = f"{self.address}/idp"
        self.secrets = []

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(*provider.documents()[urlsplit(self.path).path])

            def do_POST(self):
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                provider.secrets.append(sent)
                self.answer("application/json", json.dumps(provider.tokens()))

            def answer(self, kind, text):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                """Say nothing."""

        return Handler

    def documents(self):
        metadata = (
            f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{self.entity}">'
            '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
            f"<X509Certificate>{self.certificate()}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
            f' Location="{self.address}/sso"/></IDPSSODescriptor></EntityDescriptor>'
        )
        configuration = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        return {
            "/.well-known/openid-configuration": ("application/json", json.dumps(configuration)),
            "/userinfo": ("application/json", json.dumps(self.person)),
            "/metadata": ("application/xml", metadata),
        }

    def tokens(self):
        now = datetime.now(UTC)
        claims = {"iss": self.address, "aud": "waypoint", "iat": now, "exp": now + timedelta(minutes=5), **self.person}
        return {
            "access_token": "opaque",
            "token_type": "Bearer",
            "id_token": jwt.encode(claims, self.key, algorithm="RS256"),
        }

    def certificate(self, pem=False):
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Provider")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        text = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        return text if pem else "".join(text.splitlines()[1:-1])

    def assertion(self, request_id, *, audience, signed=True):
        """A SAML response about ``person``, as the form field SAMLResponse carries it."""
        now = datetime.now(UTC)
        stamp, soon = now.strftime("%Y-%m-%dT%H:%M:%SZ"), (now + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        consumer = f"http://{HOST}{reverse('saml_acs', args=['school'])}"
        told = {
            single_sign_on.PRINCIPAL_NAME: self.person["sub"],
            MAIL: self.person["email"],
            GIVEN_NAME: self.person["given_name"],
            SURNAME: self.person["family_name"],
        }
        attributes = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in told.items()
        )
        assertion = (
            '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0"'
            f' IssueInstant="{stamp}"><saml:Issuer>{self.entity}</saml:Issuer><saml:Subject>'
            f"<saml:NameID>{self.person['sub']}</saml:NameID>"
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
            f' NotOnOrAfter="{soon}" Recipient="{consumer}" InResponseTo="{request_id}"/></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{stamp}" NotOnOrAfter="{soon}"><saml:AudienceRestriction>'
            f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{stamp}"><saml:AuthnContext><saml:AuthnContextClassRef>'
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
            f"</saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
        if signed:
            key = self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            assertion = saml.add_sign(assertion, key.decode(), self.certificate(pem=True)).decode()
        response = (
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
            f' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="{stamp}"'
            f' Destination="{consumer}" InResponseTo="{request_id}"><saml:Issuer>{self.entity}</saml:Issuer>'
            '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )
        return base64.b64encode(response.encode()).decode()


@pytest.fixture
def provider(monkeypatch, settings):
    """A running provider that the site's settings name, in both languages."""
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    named = {
        "OIDC_SERVER_URL": provider.address,
        "OIDC_CLIENT_ID": "waypoint",
        "OIDC_SECRET": "s3cret",
        "SAML_METADATA_URL": f"{provider.address}/metadata",
        "SAML_ENTITY_ID": provider.entity,
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    settings.ALLOWED_HOSTS = [HOST]
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers([])
    yield provider
    provider.server.shutdown()
    thread.join()
    provider.server.server_close()
    cache.clear()  # allauth keeps a provider's metadata


@pytest.fixture
def trusted(settings):
    """The provider is believed about addresses of the school's own domain."""
    settings.SSO_EMAIL_DOMAINS = ["example.edu"]
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(settings.SSO_EMAIL_DOMAINS)


@pytest.fixture
def browser():
    return Client(HTTP_HOST=HOST)


def by_openid_connect(browser, provider):
    sent = browser.post(reverse("openid_connect_login", args=["school"])).url
    assert sent.startswith(f"{provider.address}/authorize?")
    asked = parse_qs(urlsplit(sent).query)
    assert asked["redirect_uri"] == [f"http://{HOST}/accounts/oidc/school/login/callback/"]
    return browser.get(asked["redirect_uri"][0], {"code": "c-1", "state": asked["state"][0]})


def by_saml(browser, provider, **options):
    sent = browser.post(reverse("saml_login", args=["school"])).url
    assert sent.startswith(f"{provider.address}/sso?")
    asked = saml.decode_base64_and_inflate(parse_qs(urlsplit(sent).query)["SAMLRequest"][0]).decode()
    audience = f"http://{HOST}{reverse('saml_metadata', args=['school'])}"
    assert audience in asked
    request_id = re.search(r'\bID="(.+?)"', asked)[1]
    answer = provider.assertion(request_id, **{"audience": audience, **options})
    return browser.get(browser.post(reverse("saml_acs", args=["school"]), {"SAMLResponse": answer}).url)


LANGUAGES = pytest.mark.parametrize("sign_in", [by_openid_connect, by_saml])


def signed_in(browser):
    return browser.session.get("_auth_user_id")


@LANGUAGES
def test_who_comes_for_the_first_time_is_a_student(provider, trusted, browser, sign_in):
    answer = sign_in(browser, provider)
    user = User.objects.get()
    assert (answer.status_code, signed_in(browser)) == (302, str(user.pk))
    assert (user.email, user.get_full_name(), user.has_usable_password()) == ("sam@example.edu", "Sam Sample", False)
    assert (StudentProfile.objects.get().user, user.is_staff) == (user, False)
    again = Client(HTTP_HOST=HOST)
    provider.person["email"] = "samantha@example.edu"  # an address may change, the person stays
    sign_in(again, provider)
    assert signed_in(again) == str(user.pk)


@LANGUAGES
def test_an_account_with_the_address_is_entered_where_the_domain_is_trusted(provider, trusted, browser, sign_in):
    user = make_user(email=NAMES["email"])
    sign_in(browser, provider)
    assert signed_in(browser) == str(user.pk)
    assert user.socialaccount_set.get().uid == "s-1"


@LANGUAGES
def test_staff_still_need_their_second_factor(provider, trusted, browser, sign_in):
    user = make_user("Advisor", email=NAMES["email"])
    Authenticator.objects.filter(user=user).delete()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert sign_in(browser, provider).url == reverse("mfa_authenticate")
    assert signed_in(browser) is None


@LANGUAGES
@pytest.mark.parametrize("domains", [[], ["example.org"]])
def test_an_address_is_not_believed_from_elsewhere(provider, settings, browser, sign_in, domains):
    settings.SSO_EMAIL_DOMAINS = domains
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.providers(domains)
    provider.person["email_verified"] = True  # whatever the provider says of it
    user = make_user(email=NAMES["email"])
    # The page is the one that somebody new sees; the owner of the address is told by mail.
    assert sign_in(browser, provider).url == reverse("account_email_verification_sent")
    assert (signed_in(browser), User.objects.get()) == (None, user)
    account_mail.send_waiting()
    assert [(sent.to, "already exists" in sent.body) for sent in mail.outbox] == [([user.email], True)]


def test_the_code_is_bound_to_the_browser_that_asked(provider, trusted, browser):
    by_openid_connect(browser, provider)
    sent = provider.secrets[0]
    assert (sent["client_secret"], len(sent["code_verifier"][0]) >= 43) == (["s3cret"], True)  # RFC 7636, 4.1
    stranger = Client(HTTP_HOST=HOST)
    stranger.get(reverse("openid_connect_callback", args=["school"]), {"code": "c-1", "state": "guessed"})
    assert signed_in(stranger) is None


@pytest.mark.parametrize("wrong", [{"signed": False}, {"audience": "https://another.example.edu/"}])
def test_an_assertion_that_proves_nothing_signs_nobody_in(provider, trusted, browser, wrong):
    assert by_saml(browser, provider, **wrong).status_code == 401
    assert (signed_in(browser), User.objects.exists()) == (None, False)


def test_an_assertion_nobody_asked_for_signs_nobody_in(provider, trusted, browser):
    audience = f"http://{HOST}{reverse('saml_metadata', args=['school'])}"
    answer = provider.assertion("_made-up", audience=audience)
    finish = browser.post(reverse("saml_acs", args=["school"]), {"SAMLResponse": answer}).url
    browser.get(finish)
    assert (signed_in(browser), User.objects.exists()) == (None, False)
