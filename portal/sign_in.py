"""What a visitor was about to do when asked to sign in: said on the way in, and kept until the way is open."""

from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from advising.services.discussion import find_record
from programs.models import JobTitle

KEPT = "after_sign_in"
"""Where the session of a visitor who signs up keeps the address until their own is confirmed."""


def keep_next(request: HttpRequest) -> None:
    """Keep where a new person was going: proving their address by mail takes them away from it."""
    if address := get_next_redirect_url(request):
        request.session[KEPT] = address


def purpose(request: HttpRequest) -> str:
    """In words that follow "Sign in to": "save Medical Coding (…), Cedar Valley College"; empty without a purpose."""
    parts = urlsplit(get_next_redirect_url(request) or request.session.get(KEPT, ""))
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ""
    if found.namespace != "advising":
        return ""
    params = QueryDict(parts.query.replace("%00", ""))
    record = find_record(params.get("about", ""))
    match found.view_name:
        case "advising:save_program" if record:
            return f"save {record}"
        case "advising:save_search":
            return "save this search"
        case "advising:discuss":
            return f"discuss {record or 'something'} with your advisor"
        case "advising:new_goal":
            title = JobTitle.objects.published().filter(slug=params.get("job", "")).first()
            return f"make {title} your goal" if title else "set a goal"
    return "go on to the page you asked for"
