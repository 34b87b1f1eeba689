"""What the search snapshot follows. Written only by ``programs.search.index.tracking``."""

from django.db import models
from django.db.models import Q

from programs.choices import ChangeScope


class CatalogRevision(models.Model):
    """The one row that every catalog change locks and advances, so that revisions commit in order.

    ``token`` is random: a database restored from a copy may reach the same number again, never the same token.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    token = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="catalog_revision_is_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class CatalogChange(models.Model):
    """One step of the revision: what became stale with it."""

    number = models.BigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)
    scope = models.CharField(max_length=14, choices=ChangeScope)
    object_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_scope_display()}"
