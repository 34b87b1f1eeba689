"""Who comes in: every page of the record is signed in, kept out of caches and out of error reports."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect

from advising.querysets import keep_standing

from . import typed
from .request import PageRequest

Args = ParamSpec("Args")


def record_page(
    view: Callable[Concatenate[PageRequest, Args], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Args], HttpResponseBase]:
    """A page of the advising record: signed in, never cached, what is posted never in a report.

    What is posted when the session has ended is kept for whoever typed it (``typed``).
    """
    guarded = login_required(view)

    @wraps(view)
    def page(request, *args, **kwargs):
        if not request.user.is_authenticated:
            if request.method == "POST" and typed.keep(request, is_checked=True):
                messages.info(request, "You were signed out. Sign in to go on; what you typed is kept for an hour.")
            if request.htmx and request.method == "POST":
                # The whole page goes to sign-in, not the part that was to be swapped.
                return HttpResponseClientRedirect(redirect_to_login(request.get_full_path()).url)
            return guarded(request, *args, **kwargs)
        keep_standing(request.user)
        typed.settle(request)
        response = view(request, *args, **kwargs)
        typed.remember_owner(request, response)
        return response

    return sensitive_post_parameters()(never_cache(page))
