"""Reads programs from the database into columns: the whole catalog, or a few changed programs."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from zlib import crc32

import numpy as np

from programs.choices import StartType, Status
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

from .columns import CHOICES, LEVEL_AT, NO_DEADLINE, UNKNOWN, Columns
from .reference import Reference

CHUNK = 20_000
"""Rows fetched from the database at a time."""


@dataclass(slots=True)
class Vocabulary:
    """Positions of schools, names and certifications. It only grows: older snapshots keep their positions.

    A school or certification that changed gets a new position, taken by its programs as they are read again.
    """

    schools: list[tuple] = field(default_factory=list)
    """(id, slug, name, acronym, aliases, city, state, control, latitude, longitude, is a sample)"""
    names: list[str] = field(default_factory=list)
    certifications: list[tuple] = field(default_factory=list)
    """(id, slug, name, acronym, aliases, issuer)"""
    school_at: dict[int, int] = field(default_factory=dict)
    name_at: dict[str, int] = field(default_factory=dict)
    certification_at: dict[int, int] = field(default_factory=dict)

    def load_schools(self, ids=None) -> None:
        rows = Organization.objects.published()
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        for row in rows.order_by("slug").values_list(
            *("pk", "slug", "name", "acronym", "aliases", "city", "state", "control", "latitude", "longitude"),
            "is_fictional",
        ):
            self.school_at[row[0]] = len(self.schools)
            self.schools.append(row)

    def load_certifications(self, ids=None) -> None:
        rows = Certification.objects.published()
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        for row in rows.order_by("slug").values_list("pk", "slug", "name", "acronym", "aliases", "issuer__name"):
            self.certification_at[row[0]] = len(self.certifications)
            self.certifications.append(row)

    def name(self, name: str) -> int:
        at = self.name_at.get(name)
        if at is None:
            at = self.name_at[name] = len(self.names)
            self.names.append(name)
        return at


def school_label(row: tuple) -> str:
    """The name of a school of the vocabulary, with the mark of a sample."""
    return marked(row[2], row[10])


def _of(queryset, ids, column="program_id"):
    return queryset if ids is None else queryset.filter(**{f"{column}__in": ids})


def load_columns(vocabulary: Vocabulary, reference: Reference, ids=None) -> Columns:
    """The columns of every published program, or of those with ``ids``.

    Schools and certifications must be in ``vocabulary``; names are added to it. Six statements.
    """
    programs = _programs(vocabulary, reference, ids)
    position = {pk: at for at, pk in enumerate(programs["id"].tolist())}
    offerings = _offerings(position, ids)
    offering_at = offerings.pop("offering_at")
    return Columns(
        **programs,
        **offerings,
        **_start_dates(offering_at, ids),
        **_edges(vocabulary, reference, position, programs["field"], ids),
    )


def _programs(vocabulary, reference, ids) -> dict:
    no_field = len(reference.field_codes)
    rows = _of(Program.objects.published(), ids, "pk").order_by("pk")
    table = [
        (
            pk,
            vocabulary.school_at[school],
            vocabulary.name(name),
            reference.field_index.get(field_id, no_field),
            LEVEL_AT[level],
            crc32(slug.encode()),
        )
        for pk, school, name, field_id, level, slug in rows.values_list(
            "pk", "organization_id", "name", "field_id", "award_level", "slug"
        ).iterator(CHUNK)
        if school in vocabulary.school_at
    ]
    values = np.array(table, dtype=np.int64).reshape(-1, 6).T
    types = {
        "id": np.int64,
        "school": np.int32,
        "name": np.int32,
        "field": np.int32,
        "level": np.int8,
        "tie": np.int64,
    }
    return {name: np.ascontiguousarray(values[at].astype(kind)) for at, (name, kind) in enumerate(types.items())}


def _offerings(position, ids) -> dict:
    rows = _of(Offering.objects.published(), ids)
    prices = dict(rows.filter(costs__isnull=False).distinct().with_price().values_list("pk", "price"))
    codes = {name: {value: at for at, value in enumerate(values)} for name, values in CHOICES.items()}
    any_time = {StartType.ROLLING.value, StartType.ON_DEMAND.value}
    table = [
        (
            pk,
            position[program],
            codes["modality"][modality],
            codes["pacing"][pacing],
            codes["interaction"][interaction],
            UNKNOWN if low is None else low,
            UNKNOWN if high is None else high,
            UNKNOWN if prices.get(pk) is None else int(prices[pk] * Decimal(100)),
            start_type in any_time,
        )
        for pk, program, modality, pacing, interaction, low, high, start_type in rows.order_by("program_id", "pk")
        .values_list(
            "pk",
            "program_id",
            "modality",
            "pacing",
            "interaction",
            "duration_min_weeks",
            "duration_max_weeks",
            "start_type",
        )
        .iterator(CHUNK)
        if program in position
    ]
    values = np.array(table, dtype=np.int64).reshape(-1, 9).T
    types = {
        "program": np.int32,
        "modality": np.int8,
        "pacing": np.int8,
        "interaction": np.int8,
        "weeks_min": np.int32,
        "weeks_max": np.int32,
        "price": np.int64,
        "starts_any_time": np.bool_,
    }
    columns = {name: np.ascontiguousarray(values[at].astype(kind)) for at, (name, kind) in enumerate(types.items(), 1)}
    columns["offering_at"] = {pk: at for at, pk in enumerate(values[0].tolist())}
    return columns


def _start_dates(offering_at, ids) -> dict:
    rows = _of(StartDate.objects.all(), ids, "offering__program_id").order_by("offering_id", "starts_on")
    table = [
        (offering_at[offering], starts_on.toordinal(), NO_DEADLINE if apply_by is None else apply_by.toordinal())
        for offering, starts_on, apply_by in rows.values_list("offering_id", "starts_on", "apply_by").iterator(CHUNK)
        if offering in offering_at
    ]
    values = np.array(table, dtype=np.int32).reshape(-1, 3).T
    return {"start_offering": values[0], "starts_on": values[1], "apply_by": values[2]}


def _edges(vocabulary, reference, position, field_of, ids) -> dict:
    """Pairs (program, certification), and (program, job title) and (program, occupation) beyond the field's own."""
    certifications, jobs = set(), set()
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

    def beyond_field(pairs, reach):
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


def _table(pairs) -> np.ndarray:
    return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
