"""Tells the search snapshot what changed: the one place in this project where signals carry control.

Every save or delete of a catalog record advances the catalog revision inside the same transaction. The revision's
row is locked before the record is written, so transactions that change the catalog commit in the order of their
numbers and nobody can see a number whose change is still to come. Bulk writes send no signals: they run inside
``bulk_change()``, which advances once.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from programs import models
from programs.choices import ChangeScope
from programs.models import CatalogChange, CatalogRevision

KEPT_CHANGES = 10_000
"""A process that is further behind than this rebuilds its snapshot instead of catching up."""

_in_bulk = ContextVar("catalog_bulk_change", default=False)


def _lock() -> CatalogRevision:
    """The revision's row, ours until the transaction ends; made by the first change of an empty database."""
    first = {"number": 0, "token": secrets.token_hex(16)}
    return CatalogRevision.objects.select_for_update().get_or_create(pk=1, defaults=first)[0]


def record_change(scope: ChangeScope, object_id: int | None = None) -> None:
    """Advance the revision by one step that says what became stale."""
    with transaction.atomic():
        revision = _lock()
        revision.number += 1
        revision.token = secrets.token_hex(16)
        revision.save()
        CatalogChange.objects.create(number=revision.number, token=revision.token, scope=scope, object_id=object_id)
        if revision.number % 1000 == 0:
            CatalogChange.objects.filter(number__lte=revision.number - KEPT_CHANGES).delete()


@contextmanager
def bulk_change() -> Iterator[None]:
    """One transaction around many writes, recorded as one change of the whole catalog."""
    with transaction.atomic():
        _lock()
        token = _in_bulk.set(True)
        try:
            yield
        finally:
            _in_bulk.reset(token)
        record_change(ChangeScope.CATALOG)


def _of_program(instance: models.Offering | models.ProgramCertification) -> tuple[ChangeScope, int]:
    return ChangeScope.PROGRAM, instance.program_id


def _of_offering(instance: models.StartDate | models.Cost) -> tuple[ChangeScope, int]:
    return ChangeScope.PROGRAM, instance.offering.program_id


def _of_all(instance: Model) -> tuple[ChangeScope, None]:
    return ChangeScope.CATALOG, None


def _of_career_link(instance: models.CareerLink) -> tuple[ChangeScope, int | None]:
    """A certification's link changes which fields its name finds, and that is no one program's matter."""
    return (ChangeScope.PROGRAM, instance.program_id) if instance.program_id else (ChangeScope.CATALOG, None)


def _of_certification(instance: models.Certification) -> tuple[ChangeScope, int | None]:
    if instance.career_links.exists():
        return ChangeScope.CATALOG, None
    return ChangeScope.CERTIFICATION, instance.pk


STALE_WITH: dict[type[Model], Callable[[Any], tuple[ChangeScope, int | None]]] = {
    models.Program: lambda program: (ChangeScope.PROGRAM, program.pk),
    models.Offering: _of_program,
    models.StartDate: _of_offering,
    models.Cost: _of_offering,
    models.ProgramCertification: _of_program,
    models.CareerLink: _of_career_link,
    models.Organization: lambda school: (ChangeScope.ORGANIZATION, school.pk),
    models.Certification: _of_certification,
    models.JobTitle: _of_all,
    models.JobTitleOccupation: _of_all,
    models.FieldOfStudy: _of_all,
    models.Occupation: _of_all,
    models.OccupationTitle: _of_all,
    models.Crosswalk: _of_all,
}


def _before(sender: type[Model], **kwargs: object) -> None:
    if sender in STALE_WITH and not _in_bulk.get() and connection.in_atomic_block:
        _lock()


def _after(sender: type[Model], instance: Model, **kwargs: object) -> None:
    if sender in STALE_WITH and not _in_bulk.get():
        record_change(*STALE_WITH[sender](instance))


def connect() -> None:
    """Called once, when the app is ready."""
    for signal, receiver in (
        (pre_save, _before),
        (pre_delete, _before),
        (post_save, _after),
        (post_delete, _after),
    ):
        signal.connect(receiver, dispatch_uid=f"{__name__}.{receiver.__name__}.{id(signal)}")
