"""For load balancers: is the process alive, and may it get requests."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.database import Trouble, ask_to_write, trouble_of
from programs import search


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks the database for nothing."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and takes changes and the search snapshot is there; 503 with the reason if not."""
    reason = _why_not()
    return HttpResponse(f"{reason or 'ready'}\n", content_type="text/plain", status=503 if reason else 200)


def _why_not() -> str | None:
    try:
        if not search.is_ready():
            return "search snapshot is being built"
        ask_to_write()
    except DatabaseError as error:
        trouble = trouble_of(error) or Trouble.AWAY
        return f"not ready for writing: {trouble.value}" if trouble is Trouble.READ_ONLY else trouble.value
    return None
