"""The catalog as arrays: one position per program, one row per published offering.

Each column is declared once, in ``Columns``: of which rows it is, from which column of the database it comes, as which
numbers it is kept. ``loading`` reads by that declaration, and ``without`` and ``plus`` follow it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Annotated, get_type_hints
from zlib import crc32

import numpy as np

from programs.choices import GROUP_OF_LEVEL, AwardLevel, Interaction, LevelGroup, Modality, Pacing, StartType

LEVELS = (*AwardLevel.values, None)
LEVEL_AT = {level: at for at, level in enumerate(LEVELS)}
GROUPS = tuple(LevelGroup.values)
GROUP_AT = {level: GROUPS.index(group) for level, group in GROUP_OF_LEVEL.items()}
UNKNOWN = -1
"""Stands for null in columns of numbers: whole weeks, US cents, hundredths of a credit."""

NO_DEADLINE = np.iinfo(np.int32).max
ANY_TIME = frozenset({StartType.ROLLING.value, StartType.ON_DEMAND.value})


class Rows(Enum):
    """What a column has one value for. Edges are pairs that the program's field does not imply."""

    PROGRAM = "program"
    OFFERING = "offering"
    START_DATE = "start date"
    CERTIFICATION_EDGE = "certification edge"
    JOB_EDGE = "job title edge"
    OCCUPATION_EDGE = "occupation edge"


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is read: ``source`` as ``values_list`` takes it, and the number that stands for a value of it.

    ``code`` gets the value and the ``Positions`` of the load; without it the value is the number. An edge has no
    ``source``: ``loading`` works it out.
    ``points_to`` names the rows of which the column holds positions.
    """

    rows: Rows
    dtype: type
    source: str = ""
    code: Callable | None = None
    points_to: Rows | None = None


def _number(value, positions) -> int:
    return UNKNOWN if value is None else value


def _hundredths(value, positions) -> int:
    return UNKNOWN if value is None else int(value * 100)


def _ordinal(value, positions) -> int:
    return NO_DEADLINE if value is None else value.toordinal()


def _choice(values) -> Callable:
    at = {value: number for number, value in enumerate(values)}
    return lambda value, positions: at[value]


@dataclass(frozen=True)
class Columns:
    """Arrays of one length each: of programs, of offerings (sorted by program), of start dates, of edges.

    ``school``, ``name`` and ``certification`` are positions in the snapshot's vocabularies, ``field``, ``job`` and
    ``occupation`` in its reference (``field`` one past the end: none). Days are proleptic ordinals.
    """

    id: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int64, "pk")]
    school: Annotated[
        np.ndarray, Column(Rows.PROGRAM, np.int32, "organization_id", lambda pk, at: at.vocabulary.school_at[pk])
    ]
    name: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int32, "name", lambda name, at: at.vocabulary.name(name))]
    field: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int32, "field_id", lambda pk, at: at.reference.field_at(pk))]
    level: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int8, "award_level", lambda level, at: LEVEL_AT[level])]
    level_group: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int8, "award_level", lambda level, at: GROUP_AT[level])]
    tie: Annotated[np.ndarray, Column(Rows.PROGRAM, np.int64, "slug", lambda slug, at: crc32(slug.encode()))]

    program: Annotated[
        np.ndarray,
        Column(Rows.OFFERING, np.int32, "program_id", lambda pk, at: at.programs[pk], points_to=Rows.PROGRAM),
    ]
    modality: Annotated[np.ndarray, Column(Rows.OFFERING, np.int8, "modality", _choice(Modality.values))]
    pacing: Annotated[np.ndarray, Column(Rows.OFFERING, np.int8, "pacing", _choice(Pacing.values))]
    interaction: Annotated[np.ndarray, Column(Rows.OFFERING, np.int8, "interaction", _choice(Interaction.values))]
    weeks_min: Annotated[np.ndarray, Column(Rows.OFFERING, np.int32, "duration_min_weeks", _number)]
    weeks_max: Annotated[np.ndarray, Column(Rows.OFFERING, np.int32, "duration_max_weeks", _number)]
    price: Annotated[
        np.ndarray, Column(Rows.OFFERING, np.int64, "pk", lambda pk, at: _hundredths(at.prices.get(pk), at))
    ]
    starts_any_time: Annotated[
        np.ndarray, Column(Rows.OFFERING, np.bool_, "start_type", lambda kind, at: kind in ANY_TIME)
    ]

    start_offering: Annotated[
        np.ndarray,
        Column(Rows.START_DATE, np.int32, "offering_id", lambda pk, at: at.offerings[pk], points_to=Rows.OFFERING),
    ]
    starts_on: Annotated[np.ndarray, Column(Rows.START_DATE, np.int32, "starts_on", _ordinal)]
    apply_by: Annotated[np.ndarray, Column(Rows.START_DATE, np.int32, "apply_by", _ordinal)]

    certification_program: Annotated[np.ndarray, Column(Rows.CERTIFICATION_EDGE, np.int32, points_to=Rows.PROGRAM)]
    certification: Annotated[np.ndarray, Column(Rows.CERTIFICATION_EDGE, np.int32)]
    job_program: Annotated[np.ndarray, Column(Rows.JOB_EDGE, np.int32, points_to=Rows.PROGRAM)]
    job: Annotated[np.ndarray, Column(Rows.JOB_EDGE, np.int32)]
    occupation_program: Annotated[np.ndarray, Column(Rows.OCCUPATION_EDGE, np.int32, points_to=Rows.PROGRAM)]
    occupation: Annotated[np.ndarray, Column(Rows.OCCUPATION_EDGE, np.int32)]

    @property
    def size(self) -> int:
        return len(self.id)

    @cached_property
    def _fold_plan(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which programs have an offering, the first row of each, and all the other rows."""
        is_first = np.ones(len(self.program), dtype=bool)
        is_first[1:] = self.program[1:] != self.program[:-1]
        first = np.flatnonzero(is_first)
        return self.program[first], first, np.flatnonzero(~is_first)

    def fold(self, rows: np.ndarray, empty, combine: np.ufunc) -> np.ndarray:
        """Combine a value per offering into one per program; ``empty`` where a program has no offering.

        Most programs have one offering, so the first row is copied and only the further ones are combined.
        """
        owners, first, others = self._fold_plan
        if len(owners) == self.size:
            folded = rows[first] if len(others) else rows.copy()
        else:
            folded = np.full(self.size, empty, dtype=rows.dtype)
            folded[owners] = rows[first]
        if len(others):
            combine.at(folded, self.program[others], rows[others])
        return folded

    def any_offering(self, rows: np.ndarray) -> np.ndarray:
        """Programs of which one offering at least is in ``rows`` (a mask of offerings)."""
        return self.fold(rows, False, np.logical_or)

    def without(self, ids) -> "Columns":
        """The same columns less the programs with these ids."""
        kept = {Rows.PROGRAM: ~np.isin(self.id, np.fromiter(ids, dtype=np.int64))}
        if kept[Rows.PROGRAM].all():
            return self
        for name, column in DECLARED.items():  # rows go with what they point to
            if column.points_to:
                kept[column.rows] = kept[column.points_to][getattr(self, name)]
        moved = {rows: np.cumsum(keep, dtype=np.int32) - 1 for rows, keep in kept.items()}
        changed = {}
        for name, column in DECLARED.items():
            values = getattr(self, name)[kept[column.rows]]
            changed[name] = moved[column.points_to][values] if column.points_to else values
        return replace(self, **changed)

    def plus(self, other: "Columns") -> "Columns":
        """These columns followed by those of ``other``, whose positions move up."""
        above = {Rows.PROGRAM: np.int32(self.size), Rows.OFFERING: np.int32(len(self.program))}
        changed = {}
        for name, column in DECLARED.items():
            values = getattr(other, name)
            if column.points_to:
                values = values + above[column.points_to]
            changed[name] = np.concatenate([getattr(self, name), values])
        return replace(self, **changed)


DECLARED: dict[str, Column] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Columns, include_extras=True).items()
}
"""Every column by its name."""
