"""For load balancers: is the process alive, and may it get requests."""

from django.db import DatabaseError
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programs.search import snapshot


@never_cache
@require_safe
def alive(request):
    """200 while the process answers at all; asks the database for nothing."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """200 when the database answers and the search snapshot is there; 503 with the reason otherwise."""
    try:
        reason = None if snapshot.current() else "search snapshot is being built"
    except DatabaseError:
        reason = "database does not answer"
    return HttpResponse(f"{reason or 'ready'}\n", content_type="text/plain", status=503 if reason else 200)
