"""The kinds of filter whose choices are records: a school, a certification, a field, a job title, an occupation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from programs.choices import Status
from programs.models import Certification, Crosswalk, JobTitle, Occupation, Program

from .arrays import Ints, Mask
from .kinds import Facet, Tally
from .query import SearchQuery

if TYPE_CHECKING:
    from .conditions import Conditions
    from .index.reference import Reach
    from .index.snapshot import Axis, Snapshot


@dataclass(frozen=True, kw_only=True)
class Records(Facet):
    """Choices by their ``key`` (a slug or a code), called by ``text``; ``known`` are the records one may choose.

    The snapshot holds them under the filter's name, in ``Snapshot.axes``.
    """

    known: Callable[[], QuerySet[Any]]
    key: str = "slug"
    text: Callable[[Any], str] = attrgetter("name")
    pattern: str = r"[-\w]{1,160}"

    def form_field(self) -> django_filters.Filter:
        return KeysFilter(label=self.label, existing=self.existing, pattern=self.pattern)

    def existing(self, keys: list[str]) -> set[str]:
        """Those of ``keys`` that the database holds."""
        return set(self.known().filter(**{f"{self.key}__in": keys}).values_list(self.key, flat=True))

    def axis(self, snapshot: "Snapshot") -> "Axis":
        return snapshot.axes[self.name]

    def label_in(self, snapshot: "Snapshot", value: str) -> str:
        return self.axis(snapshot).label(value)

    def ranks_in(self, snapshot: "Snapshot") -> Ints | None:
        return self.axis(snapshot).ranks

    def labels_in_database(self, chosen: Sequence[str]) -> dict[str, str]:
        if not chosen:
            return {}
        found = self.known().filter(**{f"{self.key}__in": chosen})
        return {getattr(row, self.key): self.text(row) for row in found}


@dataclass(frozen=True, kw_only=True)
class Held(Records):
    """Each program has one, whose position is in ``column``; ``of`` is its key in the ORM."""

    column: str
    of: str

    def orm(self, rows: QuerySet[Any], value: Sequence[str], query: SearchQuery) -> QuerySet[Any]:
        return rows.filter(**{f"{self.of}__in": value})

    def mask(self, conditions: "Conditions", value: Sequence[str]) -> Mask:
        axis = self.axis(conditions.snapshot)
        chosen = np.zeros(len(axis.keys), dtype=bool)
        chosen[axis.positions(value)] = True
        return chosen[self._positions(conditions)]

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        axis = self.axis(conditions.snapshot)
        return axis.keys, np.bincount(self._positions(conditions)[mask], minlength=len(axis.keys))

    def _positions(self, conditions: "Conditions") -> Ints:
        positions: Ints = getattr(conditions.columns, self.column)
        return positions


@dataclass(frozen=True, kw_only=True)
class Linked(Records):
    """Certifications that a program says it leads to."""

    def orm(self, rows: QuerySet[Any], value: Sequence[str], query: SearchQuery) -> QuerySet[Any]:
        certifications = Certification.objects.published().filter(slug__in=value)
        return rows.filter(pk__in=certifications.values("program_links__program"))

    def mask(self, conditions: "Conditions", value: Sequence[str]) -> Mask:
        columns = conditions.columns
        chosen = np.isin(columns.certification, self.axis(conditions.snapshot).positions(value))
        mask = np.zeros(columns.size, dtype=bool)
        mask[columns.certification_program[chosen]] = True
        return mask

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        columns, axis = conditions.columns, self.axis(conditions.snapshot)
        return axis.keys, np.bincount(
            columns.certification[mask[columns.certification_program]], minlength=len(axis.keys)
        )


@dataclass(frozen=True, kw_only=True)
class Prefix(Records):
    """Fields of study by the beginning of their code; two-digit families are counted, and what longer was chosen."""

    def orm(self, rows: QuerySet[Any], value: Sequence[str], query: SearchQuery) -> QuerySet[Any]:
        condition = Q()
        for prefix in value:
            condition |= Q(field__code__startswith=prefix)
        return rows.filter(condition)

    def mask(self, conditions: "Conditions", value: Sequence[str]) -> Mask:
        return conditions.snapshot.reference.fields_under(value)[conditions.columns.field]

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        reference = conditions.snapshot.reference
        per_field = conditions.per_field(mask)
        families = np.bincount(reference.field_family, weights=per_field, minlength=len(reference.families) + 1)
        longer = [prefix for prefix in conditions.query.chosen(self.name) if len(prefix) > 2]
        counts = [per_field[reference.fields_under((prefix,))].sum() for prefix in longer]
        return [*reference.families, *longer], np.append(families[:-1], counts).astype(np.int64)

    def ranks_in(self, snapshot: "Snapshot") -> Ints | None:
        return None


@dataclass(frozen=True, kw_only=True)
class Reached(Records):
    """Where a program leads: through its field by the crosswalk, or by an edge of its own.

    ``edge`` names the columns of the edges, ``reach`` the pairs of the reference; ``jobs_of`` gives the job titles and
    the occupations that chosen keys stand for in the ORM.
    """

    edge: str
    reach: str
    jobs_of: Callable[[Sequence[str]], tuple[QuerySet[JobTitle], QuerySet[Occupation]]]

    def orm(self, rows: QuerySet[Any], value: Sequence[str], query: SearchQuery) -> QuerySet[Any]:
        jobs, occupations = self.jobs_of(value)
        linked = Certification.objects.filter(status=Status.PUBLISHED, career_links__job_title__in=jobs)
        return rows.filter(
            Q(field__in=Crosswalk.objects.filter(occupation__in=occupations).values("field"))
            | Q(pk__in=Program.objects.filter(career_links__job_title__in=jobs).values("pk"))
            | Q(pk__in=linked.values("program_links__program"))
        )

    def mask(self, conditions: "Conditions", value: Sequence[str]) -> Mask:
        columns, reference = conditions.columns, conditions.snapshot.reference
        targets = self.axis(conditions.snapshot).positions(value)
        by_field = np.zeros(len(reference.field_codes) + 1, dtype=bool)
        by_field[self._reach(conditions).fields_of(targets)] = True
        mask = by_field[columns.field]
        owners, reached = self._edges(conditions)
        mask[owners[np.isin(reached, targets)]] = True
        return mask

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        reach, (owners, reached) = self._reach(conditions), self._edges(conditions)
        by_edge = np.bincount(reached[mask[owners]], minlength=reach.size)
        return self.axis(conditions.snapshot).keys, reach.counts(conditions.per_field(mask)) + by_edge

    def _reach(self, conditions: "Conditions") -> "Reach":
        reach: Reach = getattr(conditions.snapshot.reference, self.reach)
        return reach

    def _edges(self, conditions: "Conditions") -> tuple[Ints, Ints]:
        """The programs of the edges, and where each leads."""
        return getattr(conditions.columns, f"{self.edge}_program"), getattr(conditions.columns, self.edge)


def of_jobs(slugs: Sequence[str]) -> tuple[QuerySet[JobTitle], QuerySet[Occupation]]:
    jobs = JobTitle.objects.published().filter(slug__in=slugs)
    return jobs, Occupation.objects.filter(job_titles__in=jobs)


def of_occupations(codes: Sequence[str]) -> tuple[QuerySet[JobTitle], QuerySet[Occupation]]:
    occupations = Occupation.objects.filter(code__in=codes)
    return JobTitle.objects.published().filter(occupations__in=occupations), occupations


class KeysField(forms.MultipleChoiceField):
    """Several slugs or codes of records; ``existing`` tells which of some keys there are.

    Django's field for records reads them whole and hands on records, where the search and its addresses go by keys;
    and it could look up none while the database is away.
    """

    def __init__(self, *, existing: Callable[[list[str]], set[str]], pattern: str, **kwargs: Any):
        super().__init__(**kwargs)
        self.existing, self.pattern = existing, re.compile(pattern)

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        well_formed = [key for key in value if self.pattern.fullmatch(key)]
        found = self.existing(well_formed) if well_formed else set()
        if unknown := [key for key in value if key not in found]:
            raise ValidationError(f"There is no “{unknown[0][:60]}” here. The filter was left out.", code="unknown")


class KeysFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    field_class: ClassVar = KeysField
