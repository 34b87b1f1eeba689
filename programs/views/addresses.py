"""What stands at the address of a record that moved or has left the site."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from programs.models import Certification, Guide, JobTitle, Organization, Program
from programs.services.addresses import PageRecord, is_public, is_retired, record_at

LISTS: dict[type[PageRecord], tuple[str, str]] = {
    Program: ("programs:search", "programs"),
    Organization: ("programs:schools", "schools"),
    Certification: ("programs:certifications", "certifications"),
    JobTitle: ("programs:careers", "job titles"),
}
"""Where to look for others, by name, and what they are called; guides have a list without a search."""


View = Callable[..., HttpResponse]


def with_old_addresses(model: type[PageRecord]) -> Callable[[View], View]:
    """A page of ``model`` that, where there is none, sends on from a former address and says what was retired."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **address: str) -> HttpResponse:
            try:
                return view(request, **address)
            except Http404:
                record = record_at(model, **address)
                if record is None or not (is_public(record) or is_retired(record)):
                    raise
            if is_public(record):
                query = request.GET.urlencode()
                return HttpResponsePermanentRedirect(f"{record.get_absolute_url()}{'?' if query else ''}{query}")
            return render(request, "programs/retired.html", _retired(record), status=410)

        return answer

    return decorate


def _retired(record: PageRecord) -> dict[str, Any]:
    """What ``programs/retired.html`` says: the record, and the ways on as (words, address) pairs."""
    ways = []
    if isinstance(record, Guide):
        ways.append(("All guides", reverse("programs:guides")))
    else:
        name, noun = LISTS[type(record)]
        ways.append((f"Search {noun} like it", f"{reverse(name)}?{urlencode({'q': record.name})}"))
    if isinstance(record, Program):
        if record.field:
            field = urlencode({"field": record.field.code})
            ways.insert(0, (f"Programs in {record.field.title}", f"{reverse('programs:search')}?{field}"))
        if record.organization.is_published:
            ways.append((f"Programs of {record.organization}", record.organization.get_absolute_url()))
    return {"record": record, "kind": record._meta.verbose_name, "ways": ways}
