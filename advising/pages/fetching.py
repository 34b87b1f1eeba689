"""How a page gets the rows it is about: asked of the policy, logged, and in lists page by page."""

from operator import attrgetter
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from advising import policy
from advising.choices import Verb
from advising.models import AdvisorProfile, StudentProfile
from advising.services.logs import log_access

from .request import PageRequest

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")


def own_record(request: PageRequest) -> StudentProfile:
    """The student record of whoever asks; the pages of a student are nothing to anyone else (404)."""
    return get_object_or_404(StudentProfile.objects.select_related("user"), user=request.user)


def own_advisor(request: PageRequest) -> AdvisorProfile:
    """The active profile of the advisor who asks; the pages of an advisor are nothing to anyone else (404)."""
    return get_object_or_404(AdvisorProfile.objects.active().select_related("user", "unit"), user=request.user)


def is_number(text: str | None) -> bool:
    """Whether a parameter can be the number of a record; the database takes 18 digits."""
    return bool(text and text.isascii() and text.isdecimal() and len(text) < 19)


def access_of(row: Model) -> policy.Decision:
    """By which Reason the user may see a row of ``with_access``, as its query found."""
    return policy.granted(attrgetter("access")(row))


def fetch(
    request: PageRequest,
    model: type[M],
    *,
    verb: Verb = Verb.VIEW,
    log: bool = False,
    related: tuple[str, ...] = (),
    **lookup: Any,
) -> M:
    """The record that ``lookup`` names, if ``request.user`` may do ``verb`` to it; ``log`` writes down the read.

    It comes with ``related``, and its ``access_of`` is known. What is unknown to the user is a 404, what they may see
    but not do a 403; both are logged as refused tries.
    """
    obj = policy.with_access(model, request.user).filter(**lookup).select_related(*related).first()
    if obj is None:
        raise Http404
    seen = access_of(obj)
    decision = seen if verb == Verb.VIEW else policy.can(request.user, verb, obj)
    if not decision:
        log_access(obj, user=request.user, decision=decision, detail={"verb": verb}, origin=request.origin)
        if seen and verb != Verb.VIEW:
            raise PermissionDenied
        raise Http404
    if log:
        log_access(obj, user=request.user, decision=decision, origin=request.origin)
    return obj


def paginate(request: PageRequest, rows: QuerySet[Any, Row] | list[Row], size: int) -> Page[Row]:
    """The page of ``rows`` that ``page`` in the address numbers: the first without one, the last where it is past."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
