"""What several catalog tables share."""

from typing import Self, TypeVar

from django.db import models

from programs.choices import Status


def one_of(*names: str) -> models.Q:
    """The condition that exactly one of the named nullable columns is filled."""
    condition = models.Q()
    for filled in names:
        condition |= models.Q(**{f"{name}__isnull": name != filled for name in names})
    return condition


Record = TypeVar("Record", bound=models.Model, covariant=True)


class PublishableQuerySet(models.QuerySet[Record]):
    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)


class Publishable(models.Model):
    """A record that the public sees only while it is published."""

    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    last_verified_on = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    source_url = models.URLField("source address", max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED


def marked(name: str, is_sample: bool) -> str:
    """A name in plain text with the mark of what is invented; pages have the badge ``sample_mark`` beside it."""
    return f"{name} (sample)" if is_sample else name


class Imported(models.Model):
    """A record that may come from a published file.

    ``import_key`` names it in its source (``ipeds:166027:51.0713:21``). ``import_digest`` is the fingerprint of the
    values last written by an import: where the record's present values have another one, a person edited it since.
    """

    source = models.ForeignKey("programs.Source", models.PROTECT, null=True, blank=True, related_name="+")
    import_key = models.CharField(max_length=80, null=True, unique=True, editable=False)  # noqa: DJ001 - null keeps "unique" for imported rows only
    import_digest = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        abstract = True
