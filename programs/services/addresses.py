"""Addresses that records have left, and what is said there.

Why no ``django.contrib.redirects``: it knows whole paths, of a site in a table of its own. A school with 300 programs
that changes its name would need 301 rows, a second change would make chains of them, and nothing would keep a chain
from closing to a circle. Here a row is a slug and the record that bore it.
"""

from django.db import transaction
from django.db.models import Model

from programs.choices import Status
from programs.models import Certification, FormerAddress, Guide, JobTitle, Organization, Program

PageRecord = Organization | Program | Certification | JobTitle | Guide
"""A record with a page at a slug."""

COLUMN: dict[type[Model], str] = {
    Organization: "organization",
    Program: "program",
    Certification: "certification",
    JobTitle: "job_title",
    Guide: "guide",
}
"""By model with pages at a slug, the column of FormerAddress that points at it."""


@transaction.atomic
def keep_address(record: Model) -> None:
    """Before a record is saved under another slug or, a program, another school: let its old address lead to it.

    The last record to leave an address has it. Writes nothing where the address stays.
    """
    parts = ("slug", "organization_id") if isinstance(record, Program) else ("slug",)
    before = type(record)._default_manager.filter(pk=record.pk).values(*parts).first()
    if before is None or before == {part: getattr(record, part) for part in parts}:
        return
    column = COLUMN[type(record)]
    of_kind = FormerAddress.objects.filter(**{f"{column}__isnull": False})
    of_kind.update_or_create(
        slug=before["slug"], school_id=before.get("organization_id"), defaults={f"{column}_id": record.pk}
    )


def record_at(model: type[PageRecord], slug: str, school: str = "") -> PageRecord | None:
    """The record whose page stood at an address that shows none now; ``school`` is the slug before a program's.

    One that bears the slug and is retired comes before one that left it; None where neither is.
    """
    if model is Program:
        organization = Organization.objects.filter(slug=school).first() or _that_left(Organization, slug=school)
        if organization is None:
            return None
        now = {"slug": slug, "organization": organization.pk}
        left = {"slug": slug, "school": organization.pk}
    else:
        now = left = {"slug": slug}
    record: PageRecord | None = model._default_manager.filter(**now).first()
    return record if record and (is_retired(record) or is_public(record)) else _that_left(model, **left)


def is_public(record: PageRecord) -> bool:
    return record.is_public if isinstance(record, Program) else record.is_published


def is_retired(record: PageRecord) -> bool:
    """Whether the public saw a record that has left the site; a program leaves it with its school."""
    school = record.organization.status if isinstance(record, Program) else Status.PUBLISHED
    statuses = {record.status, school}
    return Status.RETIRED in statuses and statuses <= {Status.RETIRED, Status.PUBLISHED}


def _that_left(model: type[PageRecord], **address: object) -> PageRecord | None:
    column = COLUMN[model]
    former = FormerAddress.objects.filter(**{f"{column}__isnull": False}, **address).select_related(column).first()
    record: PageRecord | None = getattr(former, column) if former else None
    return record
