"""Around every view: room for frames, what is refused unread, a second try, where a request came from, staff's second
factor."""

import uuid
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from advising.policy import is_staff
from advising.querysets import keep_standing
from advising.services.logs import Origin
from portal.database import Trouble
from portal.frames import with_room
from portal.models import User
from portal.outage import READS

Answer = Callable[[HttpRequest], HttpResponseBase]


def roomy(get_response: Answer) -> Answer:
    """The outermost: everything around a view runs with room."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = with_room(get_response, request)
        return response

    return middleware


def second_try(get_response: Answer) -> Answer:
    """A page that was being read when the connection to the database was lost is asked for once more."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_lost = getattr(response, "trouble", None) is Trouble.AWAY and not connection.in_atomic_block
        if is_lost and request.method in READS:
            close_old_connections()
            response = get_response(request)
        return response

    return middleware


LONGEST_ADDRESS = 8_000
"""Bytes of a path with its query. A page repeats its address in its links, so the one bounds the other."""


def address_limit(get_response: Answer) -> Answer:
    """Refuse an address that no page here has. ``gunicorn.conf.py`` refuses, without a page, what is longer still."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if len(request.META.get("PATH_INFO", "")) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            return HttpResponse(render_to_string("414.html"), status=414)
        return get_response(request)

    return middleware


def without_nul(get_response: Answer) -> Answer:
    """No address and no cookie of ours holds a NUL, and PostgreSQL fails over one: such a request is refused (400)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if any("\0" in text for text in (request.path_info, *request.COOKIES.values())):
            raise BadRequest("NUL in an address or a cookie")
        return get_response(request)

    return middleware


def request_origin(get_response: Answer) -> Answer:
    """Give each request ``origin`` (its address and number) for the access log; the answer carries the number."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        number = uuid.uuid4().hex

        def origin() -> Origin:
            try:
                address = get_adapter(request).get_client_ip(request)
            except PermissionDenied:  # allauth's word for "no address given"
                address = ""
            return Origin(address, number)

        request.origin = SimpleLazyObject(origin)  # type: ignore[attr-defined]  # a fact of ours on Django's request
        response = get_response(request)
        response["X-Request-ID"] = number
        return response

    return middleware


def second_factor(get_response: Answer) -> Answer:
    """Staff without a second factor are sent to set one up, whatever they ask for. Not in demo mode."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if settings.DEMO or _is_open(request.path) or not user.is_authenticated:
            return get_response(request)
        if has_second_factor(user):
            return get_response(request)
        keep_standing(user)
        if not is_staff(user):
            return get_response(request)
        messages.info(request, "Your role works with other people’s records. Set up a second factor to go on.")
        return redirect("mfa_index")

    return middleware


def _is_open(path: str) -> bool:
    """Whether it is where a second factor is set up, or what a page or a probe needs."""
    return path.startswith(("/accounts/", settings.STATIC_URL)) or path in {reverse("healthz"), reverse("readyz")}


def has_second_factor(user: User) -> bool:
    second = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=second).exists()
