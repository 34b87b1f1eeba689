"""Addresses that records have left, and what is said there.

Why no ``django.contrib.redirects``: it knows whole paths, of a site in a table of its own. A school with 300 programs
that changes its name would need 301 rows, a second change would make chains of them, and nothing would keep a chain
from closing to a circle. Here a row is a slug and the record that bore it.
"""

from django.db import transaction
from django.db.models import Model

from programs.choices import Status
from programs.models import Certification, FormerAddress, Guide, JobTitle, Organization, Program

COLUMN = {
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
    before = type(record).objects.filter(pk=record.pk).values(*parts).first()
    if before is None or before == {part: getattr(record, part) for part in parts}:
        return
    column = COLUMN[type(record)]
    FormerAddress.objects.update_or_create(
        slug=before["slug"],
        school_id=before.get("organization_id"),
        **{f"{column}__isnull": False},
        defaults={f"{column}_id": record.pk},
    )


def record_at(model: type[Model], slug: str, school: str = "") -> Model | None:
    """The record whose page stood at an address that shows none now; ``school`` is the slug before a program's.

    One that bears the slug and is retired comes before one that left it; None where neither is.
    """
    if model is Program:
        organization = Organization.objects.filter(slug=school).first() or _that_left(Organization, slug=school)
        if organization is None:
            return None
        bearing = Program.objects.filter(organization=organization, slug=slug)
        left = {"slug": slug, "school": organization}
    else:
        bearing, left = model.objects.filter(slug=slug), {"slug": slug}
    record = bearing.first()
    return record if record and (is_retired(record) or is_public(record)) else _that_left(model, **left)


def is_public(record: Model) -> bool:
    return record.is_public if isinstance(record, Program) else record.is_published


def is_retired(record: Model) -> bool:
    """Whether the public saw a record that has left the site; a program leaves it with its school."""
    school = record.organization.status if isinstance(record, Program) else Status.PUBLISHED
    statuses = {record.status, school}
    return Status.RETIRED in statuses and statuses <= {Status.RETIRED, Status.PUBLISHED}


def _that_left(model: type[Model], **address) -> Model | None:
    column = COLUMN[model]
    former = FormerAddress.objects.filter(**{f"{column}__isnull": False}, **address).select_related(column).first()
    return getattr(former, column) if former else None
