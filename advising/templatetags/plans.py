"""What a student does from a page of the directory: keep it, plan it, talk about it.

Visitors get links that ask them to sign in and bring them back; people who are no students get nothing.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from advising import policy
from advising.choices import Verb
from advising.models import Note, StudentProfile
from advising.services.discussion import name_of, unlinked
from advising.types import Target, User
from programs.models import Guide, JobTitle, Program

register = template.Library()


class Kept:
    """What a student keeps; ``student`` is None for whoever is none. Each is read once, when first asked for."""

    def __init__(self, user: User):
        self.user = user

    @cached_property
    def student(self) -> StudentProfile | None:
        return StudentProfile.objects.filter(user=self.user).first()

    @cached_property
    def programs(self) -> set[int]:
        return set(self.student.saved_programs.values_list("program_id", flat=True)) if self.student else set()


def kept_by(request) -> Kept:
    """The same object for the whole of a request, so that a page of cards asks once."""
    if not hasattr(request, "kept"):
        request.kept = Kept(request.user)
    return request.kept


def is_offered(context: Context) -> bool:
    """Whether to show what students do: to students, and to visitors who may become one."""
    request = context.get("request")
    return request is not None and (not request.user.is_authenticated or kept_by(request).student is not None)


def address(name: str, **params: str) -> str:
    return f"{reverse(name)}?{urlencode(params)}"


@register.inclusion_tag("advising/saved/_button.html", takes_context=True)
def save_button(context: Context, program: Program) -> dict[str, Any]:
    """Save a program: a link for visitors, a form of one button for students, a word once it is saved."""
    if not is_offered(context):
        return {"is_offered": False}
    request = context["request"]
    return {
        "is_offered": True,
        "program": program,
        "url": address("advising:save_program", about=name_of(program)),
        "is_student": request.user.is_authenticated,
        "is_saved": request.user.is_authenticated and program.pk in kept_by(request).programs,
        # Back to the button, not to the top of the page.
        "next": f"{request.get_full_path()}#save-{program.pk}",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("advising/me/_link.html", takes_context=True)
def discuss_link(context: Context, target: Target | Guide) -> dict[str, Any]:
    """ "Discuss with my advisor" for a program, certification, job title or guide."""
    url = address("advising:discuss", about=name_of(target))
    return {"is_offered": is_offered(context), "url": url, "label": "Discuss with my advisor"}


@register.inclusion_tag("advising/me/_link.html", takes_context=True)
def goal_link(context: Context, job_title: JobTitle) -> dict[str, Any]:
    """ "Make this my goal" for a job title."""
    url = address("advising:new_goal", job=job_title.slug)
    return {"is_offered": is_offered(context), "url": url, "label": "Make this my goal"}


@register.inclusion_tag("advising/me/_link.html", takes_context=True)
def save_search_link(context: Context) -> dict[str, Any]:
    """ "Save this search", with the choices of the page's address."""
    request = context["request"]
    url = f"{reverse('advising:save_search')}?{request.GET.urlencode()}"
    return {"is_offered": bool(request.GET) and is_offered(context), "url": url, "label": "Save this search"}


@register.inclusion_tag("advising/me/_agenda_links.html", takes_context=True)
def agenda_links(context: Context, note: Note, may_edit: bool) -> dict[str, Any]:
    """One click that links a note to what was on the agenda of its meeting."""
    targets = [target for found in unlinked(note).values() for target in found] if may_edit else []
    return {"note": note, "records": targets, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("advising/requests/_about_note.html", takes_context=True)
def requests_about(context: Context, note: Note) -> dict[str, Any]:
    """Statements that the student attached to a note, and for the student the way to ask for a correction."""
    user = context["request"].user
    attached = note.record_requests.with_statement()
    return {"note": note, "attached": attached, "may_ask": policy.can(user, Verb.AMEND, note)}
