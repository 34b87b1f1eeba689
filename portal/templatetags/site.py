"""What the frame of every page needs."""

from typing import NamedTuple

from django import template
from django.urls import reverse

register = template.Library()


class NavItem(NamedTuple):
    url_name: str
    label: str
    staff_only: bool = False


MAIN_NAV = [
    NavItem("programs:search", "Programs"),
    NavItem("programs:schools", "Schools"),
    NavItem("programs:careers", "Careers"),
    NavItem("programs:certifications", "Certifications"),
    NavItem("programs:guides", "Guides"),
    NavItem("admin:index", "Catalog editing", staff_only=True),
]
"""The one list behind the header."""


@register.inclusion_tag("includes/nav.html", takes_context=True)
def main_nav(context):
    """The header's links; the one whose section holds the present page is marked. Needs no database."""
    request, user = context.get("request"), context.get("user")
    path = request.path if request else ""
    items = []
    for item in MAIN_NAV:
        if item.staff_only and not getattr(user, "is_staff", False):
            continue
        url = reverse(item.url_name)
        items.append({"url": url, "label": item.label, "current": path.startswith(url), "exact": path == url})
    return {"items": items, "user": user, "request": request}
