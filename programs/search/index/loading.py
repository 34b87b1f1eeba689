"""Reads programs from the database into columns: the whole catalog, or a few changed programs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count, islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from programs.choices import Status
from programs.models import (
    CareerLink,
    Certification,
    Offering,
    Organization,
    Program,
    ProgramCertification,
    StartDate,
)
from programs.models.organization import marked

from ..arrays import Int32s
from .columns import DECLARED, Column, Columns, Rows, dtype_of
from .reference import Reach, Reference

CHUNK = 20_000
"""Rows fetched from the database at a time."""

Ids = Collection[int] | None
"""Primary keys of what is read again; None for all there is."""


class SchoolRow(NamedTuple):
    """What the search knows of a school; latitude and longitude in degrees, None where unknown."""

    pk: int
    slug: str
    name: str
    acronym: str
    aliases: list[str]
    city: str
    state: str
    control: str
    latitude: float | None
    longitude: float | None
    is_fictional: bool

    @property
    def label(self) -> str:
        """The name, with the mark of a sample."""
        return marked(self.name, self.is_fictional)


class CertificationRow(NamedTuple):
    """What the search knows of a certification; ``issuer__name`` is its issuer's name."""

    pk: int
    slug: str
    name: str
    acronym: str
    aliases: list[str]
    issuer__name: str

    @property
    def short_name(self) -> str:
        return self.acronym or self.name

    @property
    def full_name(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


Row = TypeVar("Row", SchoolRow, CertificationRow)
Selected = TypeVar("Selected", bound=QuerySet[Any])


@dataclass(slots=True)
class Vocabulary:
    """Positions of schools, names and certifications. It only grows: older snapshots keep their positions.

    A school or certification that changed gets a new position, taken by its programs as they are read again.
    """

    schools: list[SchoolRow] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    certifications: list[CertificationRow] = field(default_factory=list)
    school_at: dict[int, int] = field(default_factory=dict)
    name_at: dict[str, int] = field(default_factory=dict)
    certification_at: dict[int, int] = field(default_factory=dict)

    def load_schools(self, ids: Ids = None) -> None:
        for row in _read(Organization.objects.published(), SchoolRow, ids):
            self.school_at[row.pk] = len(self.schools)
            self.schools.append(row)

    def load_certifications(self, ids: Ids = None) -> None:
        for row in _read(Certification.objects.published(), CertificationRow, ids):
            self.certification_at[row.pk] = len(self.certifications)
            self.certifications.append(row)

    def name(self, name: str) -> int:
        at = self.name_at.get(name)
        if at is None:
            at = self.name_at[name] = len(self.names)
            self.names.append(name)
        return at


def _read(rows: QuerySet[Any], shape: type[Row], ids: Ids) -> Iterator[Row]:
    """Rows by slug as ``shape``, whose fields are the columns that are read."""
    return map(shape._make, _of(rows, ids, "pk").order_by("slug").values_list(*shape._fields))


def _of(queryset: Selected, ids: Ids, column: str = "program_id") -> Selected:
    return queryset if ids is None else queryset.filter(**{f"{column}__in": ids})


@dataclass(slots=True)
class Positions:
    """What ``Column.code`` looks numbers up in; the load fills it as it goes."""

    vocabulary: Vocabulary
    reference: Reference
    programs: dict[int, int] = field(default_factory=dict)
    offerings: dict[int, int] = field(default_factory=dict)
    prices: dict[int, Decimal] = field(default_factory=dict)


def load_columns(vocabulary: Vocabulary, reference: Reference, ids: Ids = None) -> Columns:
    """The columns of every published program, or of those with ``ids``.

    Schools and certifications must be in ``vocabulary``; names are added to it. Seven statements.
    """
    at = Positions(vocabulary, reference)
    programs = _of(Program.objects.published(), ids, "pk").order_by("pk")
    at.programs, columns = _load(Rows.PROGRAM, programs, at, "organization_id", vocabulary.school_at)
    offerings = _of(Offering.objects.published(), ids)
    priced: QuerySet[Any] = offerings.filter(costs__isnull=False).distinct().with_price()
    at.prices = dict(priced.values_list("pk", "price"))
    at.offerings, of_offerings = _load(
        Rows.OFFERING, offerings.order_by("program_id", "pk"), at, "program_id", at.programs
    )
    dates = _of(StartDate.objects.all(), ids, "offering__program_id").order_by("offering_id", "starts_on")
    _, of_dates = _load(Rows.START_DATE, dates, at, "offering_id", at.offerings)
    edges = _edges(at, columns["field"], ids)
    return Columns(**columns, **of_offerings, **of_dates, **edges)


def _load(
    rows: Rows, queryset: QuerySet[Any], at: Positions, owner: str, known: Mapping[int, int]
) -> tuple[dict[int, int], dict[str, Any]]:
    """The position of each row by its primary key, and the declared columns of these rows.

    A row whose ``owner`` is not ``known`` came into the database during the load and is left to the next.
    """
    declared = {name: column for name, column in DECLARED.items() if column.rows is rows}
    sources = list(dict.fromkeys([owner, "pk", *(column.source for column in declared.values())]))
    read = (row for row in queryset.values_list(*sources).iterator(CHUNK) if row[0] in known)
    position: dict[int, int] = {}
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [np.empty(0, dtype_of(name))] for name in declared}
    while chunk := list(islice(read, CHUNK)):
        cells = {source: [row[place] for row in chunk] for place, source in enumerate(sources)}
        position.update(zip(cells["pk"], count(len(position))))
        for name, column in declared.items():
            parts[name].append(_coded(column, dtype_of(name), cells[column.source], at))
    return position, {name: np.concatenate(arrays) for name, arrays in parts.items()}


def _coded(column: Column, dtype: np.dtype[Any], values: Sequence[Any], at: Positions) -> npt.NDArray[Any]:
    """The numbers of ``values``; each value that there is is coded once."""
    if column.code is None:
        return np.array(values, dtype)
    codes = {value: column.code(value, at) for value in dict.fromkeys(values)}
    return np.fromiter(map(codes.__getitem__, values), dtype, len(values))


def _edges(at: Positions, field_of: Int32s, ids: Ids) -> dict[str, Any]:
    """Pairs (program, certification), and (program, job title) and (program, occupation) beyond the field's own."""
    vocabulary, reference, position = at.vocabulary, at.reference, at.programs
    certifications: set[tuple[int, int]] = set()
    jobs: set[tuple[int, int]] = set()
    jobs_of_certification = defaultdict(set)
    links = CareerLink.objects.filter(job_title__status=Status.PUBLISHED)
    for certification, job in links.filter(certification__isnull=False).values_list(
        "certification_id", "job_title_id"
    ):
        if job in reference.job_index:
            jobs_of_certification[certification].add(job)
    for program, certification in _of(ProgramCertification.objects.all(), ids).values_list(
        "program_id", "certification_id"
    ):
        if program in position and certification in vocabulary.certification_at:
            certifications.add((position[program], vocabulary.certification_at[certification]))
            jobs.update((position[program], reference.job_index[job]) for job in jobs_of_certification[certification])
    for program, job in _of(links.filter(program__isnull=False), ids).values_list("program_id", "job_title_id"):
        if program in position and job in reference.job_index:
            jobs.add((position[program], reference.job_index[job]))

    job_pairs = _table(jobs)
    owners, occupations = reference.job_occupations
    occupations_of_job = defaultdict(list)
    for job, occupation in zip(owners.tolist(), occupations.tolist(), strict=True):
        occupations_of_job[job].append(occupation)
    occupation_pairs = _table({(program, at) for program, job in jobs for at in occupations_of_job[job]})

    def beyond_field(pairs: Int32s, reach: Reach) -> Int32s:
        return pairs[~reach.has(pairs[:, 1], field_of[pairs[:, 0]])]

    job_pairs = beyond_field(job_pairs, reference.jobs)
    occupation_pairs = beyond_field(occupation_pairs, reference.occupations)
    certification_pairs = _table(certifications)
    return {
        "certification_program": certification_pairs[:, 0],
        "certification": certification_pairs[:, 1],
        "job_program": job_pairs[:, 0],
        "job": job_pairs[:, 1],
        "occupation_program": occupation_pairs[:, 0],
        "occupation": occupation_pairs[:, 1],
    }


def _table(pairs: Iterable[tuple[int, int]]) -> Int32s:
    return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
