"""The request that a page of the record gets."""

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from advising.services.logs import Origin
from advising.types import User


class PageRequest(HttpRequest):
    """Somebody who is signed in asks. What it holds beyond Django's own is set by middleware."""

    user: User
    htmx: HtmxDetails
    origin: Origin
    typed: QueryDict | None
    """What ``typed.posted`` found; not there before it looked."""
