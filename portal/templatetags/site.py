"""What the frame of every page needs."""

from collections.abc import Callable
from typing import NamedTuple

from django import template
from django.urls import reverse

from advising import policy
from advising.models import RecordRequest
from portal import sign_in
from portal.models import User

register = template.Library()


class NavItem(NamedTuple):
    url_name: str
    label: str
    staff_only: bool = False
    signed_in_only: bool = False


MAIN_NAV = [
    NavItem("programs:search", "Programs"),
    NavItem("programs:schools", "Schools"),
    NavItem("programs:careers", "Careers"),
    NavItem("programs:certifications", "Certifications"),
    NavItem("programs:guides", "Guides"),
    NavItem("advising:me", "My page", signed_in_only=True),
    NavItem("admin:index", "Catalog editing", staff_only=True),
]
"""The one list behind the header."""


class RecordNavItem(NamedTuple):
    """``roles`` are those of ``roles_of`` for whom the page is; ``count`` says how much waits there for a user."""

    url_name: str
    label: str
    roles: frozenset[str]
    count: Callable[[User], int] = lambda user: 0


def requests_pending(user: User) -> int:
    return RecordRequest.objects.visible_to(user).pending().count()


STUDENT, ADVISOR, STAFF, KEEPER = (frozenset({role}) for role in ("student", "advisor", "staff", "keeper"))

RECORD_NAV = [
    RecordNavItem("advising:caseload", "Caseload", ADVISOR),
    RecordNavItem("advising:students", "Find a student", STAFF),
    RecordNavItem("advising:appointments", "Appointments", STUDENT),
    RecordNavItem("advising:saved_programs", "Saved programs", STUDENT),
    RecordNavItem("advising:saved_searches", "Saved searches", STUDENT),
    RecordNavItem("advising:calendar", "Calendar", ADVISOR),
    RecordNavItem("advising:queue", "Drop-ins", ADVISOR),
    RecordNavItem("advising:campaigns", "Campaigns", ADVISOR),
    RecordNavItem("advising:items", "To do", STUDENT | ADVISOR),
    RecordNavItem("advising:item_templates", "Templates", ADVISOR),
    RecordNavItem("advising:alerts", "Alerts", STAFF),
    RecordNavItem("advising:retired", "Programs withdrawn", ADVISOR),
    RecordNavItem("advising:reports", "Reports", ADVISOR),
    RecordNavItem("advising:record_requests", "Requests", KEEPER, requests_pending),
    RecordNavItem("advising:transfer", "Transfer", KEEPER),
    RecordNavItem("advising:my_notes", "Notes", STUDENT | ADVISOR),
]
"""The one list above the pages of the advising record."""


@register.inclusion_tag("includes/nav.html", takes_context=True)
def main_nav(context):
    """The header's links; the one whose section holds the present page is marked. Needs no database."""
    request, user = context.get("request"), context.get("user")
    path = request.path if request else ""
    items = []
    for item in MAIN_NAV:
        if item.staff_only and not getattr(user, "is_staff", False):
            continue
        if item.signed_in_only and not getattr(user, "is_authenticated", False):
            continue
        url = reverse(item.url_name)
        items.append({"url": url, "label": item.label, "current": path.startswith(url), "exact": path == url})
    return {"items": items, "user": user, "request": request}


def roles_of(user: User) -> set[str]:
    """Whose pages the user needs: any of student, advisor, staff, and keeper of records, who is always staff."""
    is_advisor = policy.is_advisor(user)
    is_staff = is_advisor or policy.is_staff(user)
    held = {
        "student": policy.is_student(user),
        "advisor": is_advisor,
        "staff": is_staff,
        "keeper": is_staff and policy.is_record_keeper(user),
    }
    return {role for role, is_held in held.items() if is_held}


@register.inclusion_tag("includes/record_nav.html", takes_context=True)
def record_nav(context):
    """The links between the pages of the advising record, on those pages alone."""
    request, user = context.get("request"), context.get("user")
    if not getattr(user, "is_authenticated", False) or not request.path.startswith("/advising/"):
        return {"items": []}
    roles = roles_of(user)
    links = [(reverse(item.url_name), item) for item in RECORD_NAV if item.roles & roles]
    items = [
        {"url": url, "label": item.label, "count": item.count(user), "current": request.path.startswith(url)}
        for url, item in links
    ]
    return {"items": items, "request": request}


@register.inclusion_tag("includes/sign_in_reason.html", takes_context=True)
def sign_in_reason(context):
    """What the visitor was about to do, on the pages that let them in."""
    return {"purpose": sign_in.purpose(context["request"])}
