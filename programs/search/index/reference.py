"""The code sets inside the snapshot: fields, occupations, job titles, and which fields reach which of them.

They change only with an import or a catalog-wide edit, which rebuilds the snapshot, so they are never patched.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from programs.choices import Measure, StatisticKind, Status
from programs.models import (
    CareerLink,
    Crosswalk,
    FieldOfStudy,
    JobTitle,
    JobTitleOccupation,
    Occupation,
    OccupationDetail,
    OccupationTitle,
    Statistic,
)

from ..arrays import Int16s, Int32s, Int64s, Ints, Mask

Pairs = tuple[Int32s, Int32s]

PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")
"""No name, for names are written with a capital."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Pairs (target, field): the fields of study that lead to a job title or occupation, each pair once."""

    targets: Int32s
    fields: Int32s
    size: int

    def counts(self, per_field: Ints) -> Int64s:
        """Programs per target, from programs per field; a program has one field, so none counts twice."""
        return np.bincount(self.targets, weights=per_field[self.fields], minlength=self.size).astype(np.int64)

    def fields_of(self, targets: Int32s) -> Int32s:
        """The fields that lead to any of ``targets``."""
        return self.fields[np.isin(self.targets, targets)]

    def has(self, targets: Int32s, fields: Int32s) -> Mask:
        """For each pair, whether the fields' own pairs hold it already."""
        known = self.targets.astype(np.int64) << 32 | self.fields
        return np.isin(targets.astype(np.int64) << 32 | fields, known)


@dataclass(frozen=True, slots=True)
class Reference:
    """Positions stand for records; ``*_index`` maps primary keys to positions."""

    field_index: dict[int, int]
    field_codes: list[str]
    field_titles: list[str]
    occupation_index: dict[int, int]
    occupation_codes: list[str]
    occupation_titles: list[str]
    job_index: dict[int, int]
    job_slugs: list[str]
    job_names: list[str]
    job_aliases: list[list[str]]
    job_is_curated: Mask
    job_main: Int32s
    """The main occupation of each job title, or -1."""
    job_is_general: Mask
    """Whether the main occupation of a job title is ``general``."""
    occupation_employment: Int64s
    """People who work in each occupation in the country, by the newest figure; 0 where there is none."""
    occupation_is_general: Mask
    """College teaching (25-1) and "all other" occupations, to which the crosswalk leads from almost every field."""
    job_occupations: Pairs
    """Pairs (job title, occupation)."""
    occupations: Reach
    jobs: Reach
    titles: list[tuple[str, int]]
    """Every title people use, with the position of its occupation."""
    certification_titles: list[tuple[str, int]]
    """Names and acronyms of certifications, with the position of each occupation whose jobs they open."""
    prose: frozenset[str]
    """Words that definitions, descriptions and tasks hold more than once: right English, whatever they find."""
    families: list[str]
    field_family: Int16s
    """Position in ``families`` of each field, and one position more for programs without a field."""

    def field_at(self, pk: int | None) -> int:
        """The position of a field; one past the last where there is none."""
        return len(self.field_codes) if pk is None else self.field_index.get(pk, len(self.field_codes))

    def fields_under(self, prefixes: Iterable[str]) -> Mask:
        """A mask of the fields whose CIP code starts with one of ``prefixes``, with one False more at the end."""
        return np.array([code.startswith(tuple(prefixes)) for code in self.field_codes] + [False], dtype=bool)


def load_reference() -> Reference:
    """Read the code sets: thirteen statements, about a second on the national catalog."""
    fields = list(FieldOfStudy.objects.order_by("code").values_list("pk", "code", "title"))
    occupations = list(Occupation.objects.order_by("code").values_list("pk", "code", "title"))
    jobs = list(
        JobTitle.objects.published().order_by("slug").values_list("pk", "slug", "name", "aliases", "is_curated")
    )
    field_index = {row[0]: at for at, row in enumerate(fields)}
    occupation_index = {row[0]: at for at, row in enumerate(occupations)}
    job_index = {row[0]: at for at, row in enumerate(jobs)}

    crosswalk = _pairs(Crosswalk.objects.values_list("occupation_id", "field_id"), occupation_index, field_index)
    job_occupations = _pairs(
        JobTitleOccupation.objects.values_list("job_title_id", "occupation_id"), job_index, occupation_index
    )
    codes = [row[1] for row in occupations]
    general = np.array([code.startswith("25-1") or "All Other" in title for _, code, title in occupations], dtype=bool)
    main = _pairs(
        JobTitleOccupation.objects.filter(is_primary=True).values_list("job_title_id", "occupation_id"),
        job_index,
        occupation_index,
    )
    job_main = np.full(len(jobs), -1, dtype=np.int32)
    job_main[main[0]] = main[1]
    job_is_general = np.zeros(len(jobs), dtype=bool)
    job_is_general[main[0]] = general[main[1]]

    families = sorted({row[1][:2] for row in fields})
    family_at = {code: at for at, code in enumerate(families)}
    return Reference(
        field_index=field_index,
        field_codes=[row[1] for row in fields],
        field_titles=[row[2] for row in fields],
        occupation_index=occupation_index,
        occupation_codes=codes,
        occupation_titles=[row[2] for row in occupations],
        job_index=job_index,
        job_slugs=[row[1] for row in jobs],
        job_names=[row[2] for row in jobs],
        job_aliases=[row[3] for row in jobs],
        job_is_curated=np.array([row[4] for row in jobs], dtype=bool),
        job_main=job_main,
        job_is_general=job_is_general,
        occupation_employment=_employment(occupation_index),
        occupation_is_general=general,
        job_occupations=job_occupations,
        occupations=Reach(*crosswalk, size=len(occupations)),
        jobs=Reach(*_join(job_occupations, crosswalk, len(fields)), size=len(jobs)),
        titles=[
            (title, occupation_index[occupation])
            for title, occupation in OccupationTitle.objects.values_list("title", "occupation_id")
            if occupation in occupation_index
        ],
        certification_titles=_certification_titles(job_index, job_occupations),
        prose=_prose(),
        families=families,
        field_family=np.array([family_at[row[1][:2]] for row in fields] + [len(families)], dtype=np.int16),
    )


def _certification_titles(job_index: Mapping[int, int], job_occupations: Pairs) -> list[tuple[str, int]]:
    occupations_of = defaultdict(list)
    for job, occupation in zip(*(pairs.tolist() for pairs in job_occupations), strict=True):
        occupations_of[job].append(occupation)
    links = CareerLink.objects.filter(certification__status=Status.PUBLISHED).values_list(
        "job_title_id", "certification__name", "certification__acronym", "certification__aliases"
    )
    titles = {
        (text, occupation)
        for job, name, acronym, aliases in links
        if job in job_index
        for occupation in occupations_of[job_index[job]]
        for text in (name, acronym, *aliases)
        if text
    }
    return sorted(titles)


def _employment(occupation_index: Mapping[int, int]) -> Int64s:
    people = np.zeros(len(occupation_index), dtype=np.int64)
    figures = Statistic.objects.filter(
        measure=Measure.EMPLOYMENT,
        statistic=StatisticKind.COUNT,
        area="US",
        value__isnull=False,
        occupation__isnull=False,
    )
    for occupation, value in figures.order_by("period_end", "pk").values_list("occupation_id", "value"):
        people[occupation_index[occupation]] = int(value or 0)
    return people


def _prose() -> frozenset[str]:
    texts = chain(
        FieldOfStudy.objects.values_list("definition", flat=True),
        Occupation.objects.values_list("description", flat=True),
        OccupationDetail.objects.values_list("text", flat=True),
    )
    words = Counter(word for text in texts for word in PLAIN_WORD.findall(text))
    return frozenset(word for word, times in words.items() if times > 1)


def _pairs(rows: Iterable[tuple[int, int]], left_index: Mapping[int, int], right_index: Mapping[int, int]) -> Pairs:
    """Positions of the pairs of which both sides are known."""
    known = [
        (left_index[left], right_index[right]) for left, right in rows if left in left_index and right in right_index
    ]
    table = np.array(known, dtype=np.int32).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _join(job_occupations: Pairs, crosswalk: Pairs, field_count: int) -> Pairs:
    """(job, occupation) with (occupation, field) to distinct (job, field)."""
    order = np.argsort(crosswalk[0], kind="stable")
    owners, fields = crosswalk[0][order], crosswalk[1][order]
    starts = np.searchsorted(owners, job_occupations[1], side="left")
    lengths = np.searchsorted(owners, job_occupations[1], side="right") - starts
    jobs = np.repeat(job_occupations[0], lengths)
    offsets = np.arange(len(jobs)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    reached = fields[np.repeat(starts, lengths) + offsets]
    keys = np.unique(jobs.astype(np.int64) * max(field_count, 1) + reached)
    return (keys // max(field_count, 1)).astype(np.int32), (keys % max(field_count, 1)).astype(np.int32)
