"""How every page of a record is fetched: asked of the policy, logged, and kept out of caches and error reports."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect

from advising import policy
from advising.choices import Verb
from advising.models import StudentProfile
from advising.querysets import keep_standing
from advising.services.logs import log_access

from . import typed


def record_page(view):
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


def own_record(request) -> StudentProfile:
    """The student record of whoever asks; the pages of a student are nothing to anyone else (404)."""
    return get_object_or_404(StudentProfile.objects.select_related("user"), user=request.user)


def is_number(text: str | None) -> bool:
    """Whether a parameter can be the number of a record; the database takes 18 digits."""
    return bool(text) and text.isascii() and text.isdecimal() and len(text) < 19


def fetch(
    request, model: type[Model], *, verb: Verb = Verb.VIEW, log: bool = False, related: tuple[str, ...] = (), **lookup
) -> Model:
    """The record that ``lookup`` names, if ``request.user`` may do ``verb`` to it; ``log`` writes down the read.

    It comes with ``access``, the Reason by which the user may see it, and with ``related``. What is unknown to the
    user is a 404, what they may see but not do a 403; both are logged as refused tries.
    """
    obj = policy.with_access(model, request.user).filter(**lookup).select_related(*related).first()
    if obj is None:
        raise Http404
    seen = policy.granted(obj.access)
    decision = seen if verb == Verb.VIEW else policy.can(request.user, verb, obj)
    if not decision:
        log_access(obj, user=request.user, decision=decision, detail={"verb": verb}, origin=request.origin)
        if seen and verb != Verb.VIEW:
            raise PermissionDenied
        raise Http404
    if log:
        log_access(obj, user=request.user, decision=decision, origin=request.origin)
    return obj
