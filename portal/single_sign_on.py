"""The identity providers that the environment names, as allauth's settings. None is built in."""

from urllib.parse import urlsplit

from portal import env

# Names of attributes as schools send them: https://wiki.refeds.org/display/STAN/eduPerson
PRINCIPAL_NAME = "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"
PERSON = {
    "email": "urn:oid:0.9.2342.19200300.100.1.3",
    "first_name": "urn:oid:2.5.4.42",
    "last_name": "urn:oid:2.5.4.4",
}


def providers(trusted_domains: list[str]) -> dict:
    """SOCIALACCOUNT_PROVIDERS. The button of each carries its name.

    Args:
        trusted_domains: of e-mail addresses that the providers are believed about.

    Raises:
        ImproperlyConfigured: a provider is named by half.
    """
    trust = {"VERIFIED_EMAIL": trusted_domains}
    return {"openid_connect": {"APPS": _openid_connect(), **trust}, "saml": {"APPS": _saml(), **trust}}


def origins() -> list[str]:
    """Where a sign-in form may end: the scheme and host of each provider, for the Content-Security-Policy."""
    metadata = env.text("SAML_METADATA_URL", "")
    addresses = [env.text("OIDC_SERVER_URL", ""), env.text("SAML_SIGN_ON_URL", metadata)]
    return sorted({"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in addresses if address})


def _openid_connect() -> list[dict]:
    server = env.text("OIDC_SERVER_URL", "")
    if not server:
        return []
    app = {
        "provider_id": "school",
        "name": env.text("OIDC_NAME", "Your school"),
        "client_id": env.text("OIDC_CLIENT_ID"),
        "secret": env.text("OIDC_SECRET"),
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    return [app]


def _saml() -> list[dict]:
    metadata = env.text("SAML_METADATA_URL", "")
    if not metadata:
        return []
    entity = env.text("SAML_ENTITY_ID")
    app = {
        "provider_id": entity,
        "name": env.text("SAML_NAME", "Your school"),
        "client_id": "school",
        "settings": {
            "idp": {"entity_id": entity, "metadata_url": metadata},
            "attribute_mapping": {"uid": env.text("SAML_UID", PRINCIPAL_NAME), **PERSON},
            "advanced": {"strict": True, "want_assertion_signed": True},
        },
    }
    return [app]
