"""What somebody typed into a form that was sent when their session had ended: it comes back after sign-in.

Each sign-in gets a CSRF secret of its own, so the secret behind a form says for whom it was made; an encrypted cookie
remembers whose the last ones were. What is sent without a session is encrypted and kept in the session of that
browser for an hour. When the same person has signed in, the page of the form shows it again (``posted``); nothing is
saved before they press its button. When somebody else signs in it is dropped, unseen.
"""

import json
import zlib
from datetime import timedelta
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import (  # type: ignore[attr-defined]  # the last is private: not in the stubs
    CSRF_ALLOWED_CHARS,
    CSRF_TOKEN_LENGTH,
    _unmask_cipher_token,
)
from django.utils.crypto import salted_hmac

from advising.services.sealed import cipher

from .request import PageRequest

LASTS = timedelta(hours=1)
LARGEST = 200_000
"""Characters of one form that are kept."""
MOST = 3
"""Forms that a browser keeps, and people whose forms it knows."""
IN_SESSION = "typed"
OWNERS = "form_owners"
"""The name of the cookie."""


def _seal(value: Any) -> str:
    return cipher("typed").encrypt(zlib.compress(json.dumps(value).encode())).decode()


def _unseal(text: str, *, lasts: timedelta) -> Any:
    """The value, or None for what is too old or was not sealed here."""
    try:
        return json.loads(zlib.decompress(cipher("typed").decrypt(text, ttl=int(lasts.total_seconds()))))
    except InvalidToken:
        return None


# For whom a form was made


def _fingerprint(secret: str) -> str:
    return salted_hmac(OWNERS, secret).hexdigest()[:32]


def _owners(request: HttpRequest) -> dict[str, int]:
    """Whose forms have which secret, the latest last."""
    return _unseal(request.COOKIES.get(OWNERS, ""), lasts=timedelta(seconds=settings.SESSION_COOKIE_AGE)) or {}


def remember_owner(request: PageRequest, response: HttpResponseBase) -> None:
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


def _own_secret(request: HttpRequest) -> str:
    """The secret behind the token that the form itself brings; empty where it brings none."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    is_token = len(token) == CSRF_TOKEN_LENGTH and set(token) <= set(CSRF_ALLOWED_CHARS)
    return _unmask_cipher_token(token) if is_token else ""


# What it held


class Sent(NamedTuple):
    """``owner`` is the key of the user for whom the form was made, ``page`` its address, ``text`` its fields."""

    owner: int
    page: str
    text: str
    had_files: bool


def keep(request: HttpRequest, *, is_checked: bool) -> bool:
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
    kept = request.session.get(IN_SESSION, [])
    others = [one for one in kept if (sent := _opened(one)) and sent.page != page]
    request.session[IN_SESSION] = [*others, _seal(Sent(owner, page, text, bool(request.FILES)))][-MOST:]
    return True


def _opened(sealed: str) -> Sent | None:
    values = _unseal(sealed, lasts=LASTS)
    return Sent(*values) if values else None


def settle(request: PageRequest) -> None:
    """Drop what is too old, what others typed, and what the user now sends again."""
    kept = request.session.get(IN_SESSION)
    if kept is None:
        return
    sent_again = request.get_full_path() if request.method == "POST" else None
    left = []
    for sealed in kept:
        sent = _opened(sealed)
        if sent and sent.owner == request.user.pk and sent.page != sent_again:
            left.append(sealed)
    if left == kept:
        return
    if left:
        request.session[IN_SESSION] = left
    else:
        del request.session[IN_SESSION]


def posted(request: PageRequest) -> QueryDict | None:
    """What a form of this page is to be filled with: what is posted, or what was typed when the session had ended.

    Who saves looks at the method first: a page that is only opened saves nothing.
    """
    if request.method == "POST":
        return request.POST or None
    if not hasattr(request, "typed"):
        request.typed = _typed(request)
    return request.typed


def _typed(request: PageRequest) -> QueryDict | None:
    for sealed in request.session.get(IN_SESSION, []):
        sent = _opened(sealed)
        if sent and sent.owner == request.user.pk and sent.page == request.get_full_path():
            said = "You were signed out before this was saved. What you typed is here again: look it over and send it."
            messages.warning(request, f"{said} Choose your files again." if sent.had_files else said)
            return QueryDict(sent.text)
    return None
