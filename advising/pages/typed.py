"""What somebody typed into a form that was sent when their session had ended: it comes back after sign-in.

Each sign-in gets a CSRF secret of its own, so the secret behind a form says for whom it was made; an encrypted cookie
remembers whose the last ones were. What is sent without a session is encrypted and kept in the session of that
browser for an hour. When the same person has signed in, the page of the form shows it again (``posted``); nothing is
saved before they press its button. When somebody else signs in it is dropped, unseen.
"""

import json
import zlib
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import QueryDict
from django.middleware.csrf import (  # type: ignore[attr-defined]  # the last is private: not in the stubs
    CSRF_ALLOWED_CHARS,
    CSRF_TOKEN_LENGTH,
    _unmask_cipher_token,
)
from django.utils.crypto import salted_hmac

from advising.services.sealed import cipher

LASTS = timedelta(hours=1)
LARGEST = 200_000
"""Characters of one form that are kept."""
MOST = 3
"""Forms that a browser keeps, and people whose forms it knows."""
IN_SESSION = "typed"
OWNERS = "form_owners"
"""The name of the cookie."""


def _seal(value) -> str:
    return cipher("typed").encrypt(zlib.compress(json.dumps(value).encode())).decode()


def _unseal(text: str, *, lasts: timedelta):
    """The value, or None for what is too old or was not sealed here."""
    try:
        return json.loads(zlib.decompress(cipher("typed").decrypt(text, ttl=int(lasts.total_seconds()))))
    except InvalidToken:
        return None


# For whom a form was made


def _fingerprint(secret: str) -> str:
    return salted_hmac(OWNERS, secret).hexdigest()[:32]


def _owners(request) -> dict[str, int]:
    """Whose forms have which secret, the latest last."""
    return _unseal(request.COOKIES.get(OWNERS, ""), lasts=timedelta(seconds=settings.SESSION_COOKIE_AGE)) or {}


def remember_owner(request, response) -> None:
    """Note in the browser that forms with the present secret are the user's."""
    if not (secret := request.META.get("CSRF_COOKIE")):
        return
    owners, fingerprint = _owners(request), _fingerprint(secret)
    if owners.get(fingerprint) == request.user.pk:
        return
    owners = {key: pk for key, pk in owners.items() if key != fingerprint} | {fingerprint: request.user.pk}
    response.set_cookie(
        OWNERS,
        _seal(dict(list(owners.items())[-MOST:])),
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _own_secret(request) -> str:
    """The secret behind the token that the form itself brings; empty where it brings none."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    is_token = len(token) == CSRF_TOKEN_LENGTH and set(token) <= set(CSRF_ALLOWED_CHARS)
    return _unmask_cipher_token(token) if is_token else ""


# What it held


def keep(request, *, is_checked: bool) -> bool:
    """Keep what is posted for whom the form was made; not for somebody else who is signed in by now.

    ``is_checked``: its token was found to be the browser's. Where it was not, the form's own must be one we know.
    """
    secret = request.META.get("CSRF_COOKIE", "") if is_checked else _own_secret(request)
    owner = _owners(request).get(_fingerprint(secret))
    if owner is None or (request.user.is_authenticated and request.user.pk != owner):
        return False
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    text = fields.urlencode()
    if not text or len(text) > LARGEST:
        return False
    page = request.get_full_path()
    others = [one for one in request.session.get(IN_SESSION, []) if (_opened(one) or [0, page])[1] != page]
    request.session[IN_SESSION] = [*others, _seal([owner, page, text, bool(request.FILES)])][-MOST:]
    return True


def _opened(sealed: str) -> list | None:
    return _unseal(sealed, lasts=LASTS)


def settle(request) -> None:
    """Drop what is too old, what others typed, and what the user now sends again."""
    kept = request.session.get(IN_SESSION)
    if kept is None:
        return
    sent_again = request.get_full_path() if request.method == "POST" else None
    left = []
    for sealed in kept:
        owner, page, *_ = _opened(sealed) or [None, None]
        if owner == request.user.pk and page != sent_again:
            left.append(sealed)
    if left == kept:
        return
    if left:
        request.session[IN_SESSION] = left
    else:
        del request.session[IN_SESSION]


def posted(request) -> QueryDict | None:
    """What a form of this page is to be filled with: what is posted, or what was typed when the session had ended.

    Who saves looks at the method first: a page that is only opened saves nothing.
    """
    if request.method == "POST":
        return request.POST or None
    if not hasattr(request, "typed"):
        request.typed = _typed(request)
    return request.typed


def _typed(request) -> QueryDict | None:
    for sealed in request.session.get(IN_SESSION, []):
        owner, page, text, had_files = _opened(sealed) or [None] * 4
        if owner == request.user.pk and page == request.get_full_path():
            said = "You were signed out before this was saved. What you typed is here again: look it over and send it."
            messages.warning(request, f"{said} Choose your files again." if had_files else said)
            return QueryDict(text)
    return None
