"""The page for what nobody caught. The database's own troubles are told as what they are, with what was typed."""

import logging
import sys
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.defaults import server_error as broken

from portal.database import Trouble, trouble_of
from programs.search import can_remember
from programs.views.remembered import remembered_results

logger = logging.getLogger(__name__)

READS = ("GET", "HEAD")

RETRY_AFTER = 10
"""Seconds after which a program may ask again."""

SECRET = ("password", "token", "code", "key", "secret")
"""Fields with one of these in their names are never shown again."""

NOT_TYPED = {"next", "action", "about"}


class Typed(NamedTuple):
    name: str
    text: str


def server_error(request: WSGIRequest) -> HttpResponse:
    """503 while the database is in trouble, 500 for all else. Called where the error is being handled."""
    trouble = trouble_of(sys.exc_info()[1])
    return broken(request) if trouble is None else unavailable(request, trouble)


def unavailable(request: WSGIRequest, trouble: Trouble) -> HttpResponse:
    """Needs no database. ``trouble`` stays with the answer."""
    response = from_memory(request) if trouble is Trouble.AWAY else None
    if response is None:
        is_read = request.method in READS
        context = {
            "trouble": trouble.name,
            "is_read": is_read,
            "typed": [] if is_read else what_was_typed(request),
            "can_search": can_remember(),
        }
        response = HttpResponse(render_to_string("503.html", context), status=503)
        response["Cache-Control"] = "private, no-store"
        response["Retry-After"] = RETRY_AFTER
    response.reason_phrase = f"The {trouble.value}"
    response.trouble = trouble  # type: ignore[attr-defined]  # of Django's; read by ``middleware.second_try``
    return response


def from_memory(request: WSGIRequest) -> HttpResponse | None:
    """The results page, which needs no database, as any visitor gets it: who asks cannot be known."""
    if request.method not in READS or request.path != reverse("programs:search"):
        return None
    visitor = WSGIRequest({**request.environ, "HTTP_COOKIE": ""})
    visitor.user = AnonymousUser()
    try:
        return remembered_results(visitor)
    except Exception:  # the plain page is left
        logger.exception("The results page could not be told from memory")
        return None


def what_was_typed(request: WSGIRequest) -> list[Typed]:
    """The texts of a form of this site, to be copied; nothing of a form that another site had sent."""
    try:
        if CsrfViewMiddleware(broken).process_view(request, broken, (), {}) is not None:
            return []
        fields = list(request.POST.lists())
    except Exception:  # a form that cannot be read; the page is shown without it
        return []
    return [
        Typed(name.replace("_", " ").replace("-", " "), text)
        for name, texts in fields
        if name not in NOT_TYPED and not name.endswith("_FORMS") and not any(word in name for word in SECRET)
        for text in texts
        if text.strip()
    ]
