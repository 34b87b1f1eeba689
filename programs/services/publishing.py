"""What the public sees: the one place where the status of a catalog record is judged and changed.

Reasons are written as the end of a sentence about the record ("has no published offering"), so that an action can
name the record before them and a form can say "it".
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import singledispatch
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve

from programs.choices import Status
from programs.exceptions import DirectoryError
from programs.models import Certification, Guide, GuideItem, JobTitle, Occupation, Offering, Organization, Program

from .addresses import PageRecord
from .history import keep_original

StatusRecord = PageRecord | Offering
"""A record with a ``Status``."""

NUMBER = re.compile(r"(?<![\w-])\d")
"""The start of a number that states something; the digits of a name (ICD-10, H1B) do not."""

DONE: dict[str, str] = {
    Status.DRAFT: "made a draft",
    Status.IN_REVIEW: "sent for review",
    Status.PUBLISHED: "published",
    Status.RETIRED: "retired",
}


class Page(NamedTuple):
    """The public records that have such a page, and their columns in the order of the address's parts."""

    records: Callable[[], QuerySet[Any]]
    columns: tuple[str, ...]


PAGES = {
    "programs:program": Page(Program.objects.published, ("organization__slug", "slug")),
    "programs:school": Page(Organization.objects.published, ("slug",)),
    "programs:certification": Page(Certification.objects.published, ("slug",)),
    "programs:career": Page(JobTitle.objects.published, ("slug",)),
    "programs:occupation": Page(Occupation.objects.all, ("code",)),
    "programs:guide": Page(Guide.objects.published, ("slug",)),
}
"""The pages of single records, by the name of their address."""


def publish(record: StatusRecord, *, user: AbstractBaseUser) -> None:
    """Show a saved record to the public. See ``change_status`` for effects and errors."""
    change_status(record, Status.PUBLISHED, user=user)


def retire(record: StatusRecord, *, user: AbstractBaseUser) -> None:
    """Take a saved record off the site and keep it. See ``change_status`` for effects and errors."""
    change_status(record, Status.RETIRED, user=user)


def send_for_review(record: StatusRecord, *, user: AbstractBaseUser) -> None:
    """Ask for a second look at a saved record. See ``change_status`` for effects and errors."""
    change_status(record, Status.IN_REVIEW, user=user)


@transaction.atomic
def change_status(record: StatusRecord, status: Status, *, user: AbstractBaseUser) -> None:
    """Give a saved record, of any model with a ``Status``, another status.

    Its history names ``user``, and the search follows with the next request. Raises DirectoryError with the reasons
    when the record may not have that status; nothing is written then.
    """
    # Of two editors at once the second waits here, and is judged by what the first one left.
    before = type(record)._default_manager.select_for_update().values_list("status", flat=True).get(pk=record.pk)
    if before == status:
        reasons = [f"is already {DONE[status]}"]
    elif before == Status.PUBLISHED and status == Status.IN_REVIEW:
        reasons = ["is published; to take it off the site, retire it"]
    else:
        reasons = status_problems(record, status, before=before)
    if reasons:
        raise DirectoryError(f"{refusal(status)}: “{record}” {'; '.join(reasons)}.")
    keep_original(record)
    record.status = status
    record._history_user = user  # type: ignore[union-attr]  # what simple_history asks
    record.save(update_fields=["status"])


def refusal(status: str) -> str:
    """ "Not published", "Not retired"."""
    return f"Not {DONE[status]}"


def status_problems(record: StatusRecord, status: str, *, before: str) -> list[str]:
    """Why a saved record, whose status was ``before``, may not have ``status``."""
    if status == Status.PUBLISHED:
        return publication_problems(record)
    return withdrawal_problems(record) if before == Status.PUBLISHED else []


def publication_problems(record: StatusRecord) -> list[str]:
    """Why the public may not see a saved record; empty when it may."""
    return [*_mistakes(record), *_gaps(record)]


def withdrawal_problems(record: StatusRecord) -> list[str]:
    """Why a published record cannot leave the site: what is published and rests on it."""
    return [*_dependents(record), *_linking_guides(record)]


def _mistakes(record: StatusRecord) -> Iterator[str]:
    # Uniqueness and the table's constraints hold for every saved row; what a column accepts may have come in bulk.
    try:
        record.clean_fields()
    except ValidationError as error:
        labels = {field.name: field.verbose_name for field in record._meta.fields}
        for name, messages in error.message_dict.items():
            yield from (f"has a mistake in “{labels[name]}” ({message.rstrip('.')})" for message in messages)


@singledispatch
def _gaps(record: StatusRecord) -> Iterator[str]:
    """What a student would miss on the record's page. A school needs no more than its columns ask for."""
    return iter(())


@_gaps.register
def _(program: Program) -> Iterator[str]:
    if program.field_id is None:
        yield "has no field of study"
    if not program.organization.is_published:
        yield f"belongs to “{program.organization}”, which is not published"
    if not program.offerings.filter(status=Status.PUBLISHED).exists():
        yield "has no published offering"


@_gaps.register
def _(certification: Certification) -> Iterator[str]:
    if not certification.issuer.is_published:
        yield f"is issued by “{certification.issuer}”, which is not published"
    if not certification.website:
        yield "has no website where a student can check it"


@_gaps.register
def _(job_title: JobTitle) -> Iterator[str]:
    if not job_title.occupation_links.exists() and not job_title.career_links.exists():
        yield "has no occupation, and no program or certification leads to it"


@_gaps.register
def _(guide: Guide) -> Iterator[str]:
    items = list(guide.items.select_related("job_title"))
    steps = list(guide.steps.select_related("certification"))
    dead = dead_links(item.link for item in items)
    if not items:
        yield "has no items"
    if NUMBER.search(guide.summary):
        yield "states a number in its summary, where no source can stand; move it to an item"
    for item in items:
        if item.source_id is None and NUMBER.search(f"{item.title} {item.text}"):
            yield f"states a number without a source in “{item}”"
        if item.link in dead:
            yield f"links to “{item.link}”, where nothing is published"
    for step in steps:
        states_number = (
            step.duration_min_weeks or step.duration_max_weeks or NUMBER.search(f"{step.title} {step.body}")
        )
        if step.source_id is None and states_number:
            yield f"states a number without a source in the step “{step}”"
    referred = {
        *guide.job_titles.all(),
        *(item.job_title for item in items if item.job_title),
        *(step.certification for step in steps if step.certification),
    }
    yield from (
        f"refers to “{record}”, which is not published"
        for record in sorted(referred, key=str)
        if not record.is_published
    )


@singledispatch
def _dependents(record: StatusRecord) -> Iterator[str]:
    """Programs need no line here: they are public only together with their school."""
    return iter(())


@_dependents.register
def _(offering: Offering) -> Iterator[str]:
    others = offering.program.offerings.filter(status=Status.PUBLISHED).exclude(pk=offering.pk)
    if offering.program.is_published and not others.exists():
        yield f"is the only published offering of “{offering.program}”; retire the program instead"


@_dependents.register
def _(organization: Organization) -> Iterator[str]:
    for certification in organization.certifications.published():
        yield f"issues “{certification}”, which is published"


@_dependents.register
def _(certification: Certification) -> Iterator[str]:
    for guide in Guide.objects.published().filter(steps__certification=certification).distinct():
        yield f"is part of the published guide “{guide}”"


@_dependents.register
def _(job_title: JobTitle) -> Iterator[str]:
    uses = Q(job_titles=job_title) | Q(items__job_title=job_title)
    for guide in Guide.objects.published().filter(uses).distinct():
        yield f"is part of the published guide “{guide}”"


def _linking_guides(record: StatusRecord) -> Iterator[str]:
    """Guides of which an item links to the page of ``record``."""
    if isinstance(record, Offering):
        return
    page = record.get_absolute_url()
    items = GuideItem.objects.filter(guide__status=Status.PUBLISHED, link__startswith=page).select_related("guide")
    guides = {item.guide for item in items if urlsplit(item.link).path == page}
    yield from (f"is linked from the published guide “{guide}”" for guide in sorted(guides, key=str))


def dead_links(links: Iterable[str]) -> set[str]:
    """Those of ``links`` that are no public page of this site and no http(s) address elsewhere, which is not visited.

    One statement for each kind of page that they name.
    """
    dead: set[str] = set()
    of_page: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for link in filter(None, set(links)):
        if not link.startswith("/") or link.startswith("//"):
            try:
                URLValidator(schemes=["http", "https"])(link)
            except ValidationError:
                dead.add(link)
            continue
        try:
            match = resolve(urlsplit(link).path)
        except (Resolver404, ValueError):
            dead.add(link)
            continue
        if match.view_name in PAGES:
            of_page[match.view_name][link] = tuple(match.kwargs.values())
    for name, wanted in of_page.items():
        page, condition = PAGES[name], Q()
        for key in wanted.values():
            condition |= Q(**dict(zip(page.columns, key, strict=True)))
        found = set(page.records().filter(condition).values_list(*page.columns))
        dead |= {link for link, key in wanted.items() if key not in found}
    return dead
