"""The catalog as arrays: one position per program, one row per published offering.

Each column is declared once, in ``Columns``: as which numbers it is kept, of which rows it is, from which column of
the database it comes. ``loading`` reads by that declaration, and ``without`` and ``plus`` follow it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_type_hints
from zlib import crc32

import numpy as np
import numpy.typing as npt
from django.conf.global_settings import LANGUAGES

from programs.choices import GROUP_OF_LEVEL, AwardLevel, Interaction, LevelGroup, Modality, Pacing, StartType

from ..arrays import Int8s, Int16s, Int32s, Int64s, Ints, Mask

if TYPE_CHECKING:
    from .loading import Positions

LEVELS = (*AwardLevel.values, None)
LEVEL_AT = {level: at for at, level in enumerate(LEVELS)}
GROUPS = tuple(LevelGroup.values)
GROUP_AT = {level: GROUPS.index(group) for level, group in GROUP_OF_LEVEL.items()}
UNKNOWN = -1
"""Stands for null in columns of numbers: whole weeks, US cents, hundredths of a credit."""

NO_DEADLINE = np.iinfo(np.int32).max
ANY_TIME = frozenset({StartType.ROLLING.value, StartType.ON_DEMAND.value})

Cell = TypeVar("Cell", bound=np.generic)

Code = Callable[[Any, "Positions"], int]
"""The number that stands for a value of the database."""


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
    """How a column is read: ``source`` as ``values_list`` takes it, and ``code`` of each value.

    Without ``code`` the value is the number. An edge has no ``source``: ``loading`` works it out.
    ``points_to`` names the rows of which the column holds positions.
    """

    rows: Rows
    source: str = ""
    code: Code | None = None
    points_to: Rows | None = None


def _number(value: int | None, at: "Positions") -> int:
    return UNKNOWN if value is None else value


def _hundredths(value: Decimal | None, at: "Positions") -> int:
    return UNKNOWN if value is None else int(value * 100)


def _ordinal(value: date | None, at: "Positions") -> int:
    return NO_DEADLINE if value is None else value.toordinal()


def _choice(values: Sequence[str]) -> Code:
    """The place of a value in a closed list; one past the last for what is not in it."""
    places = {value: place for place, value in enumerate(values)}
    return lambda value, at: places.get(value, len(values))


@dataclass(frozen=True)
class Columns:
    """Arrays of one length each: of programs, of offerings (sorted by program), of start dates, of edges.

    ``school``, ``name`` and ``certification`` are positions in the snapshot's vocabularies, ``field``, ``job`` and
    ``occupation`` in its reference (``field`` one past the end: none). Days are proleptic ordinals.
    """

    id: Annotated[Int64s, Column(Rows.PROGRAM, "pk")]
    school: Annotated[Int32s, Column(Rows.PROGRAM, "organization_id", lambda pk, at: at.vocabulary.school_at[pk])]
    name: Annotated[Int32s, Column(Rows.PROGRAM, "name", lambda name, at: at.vocabulary.name(name))]
    field: Annotated[Int32s, Column(Rows.PROGRAM, "field_id", lambda pk, at: at.reference.field_at(pk))]
    level: Annotated[Int8s, Column(Rows.PROGRAM, "award_level", lambda level, at: LEVEL_AT[level])]
    level_group: Annotated[Int8s, Column(Rows.PROGRAM, "award_level", lambda level, at: GROUP_AT[level])]
    language: Annotated[Int16s, Column(Rows.PROGRAM, "language", _choice([tag for tag, _ in LANGUAGES]))]
    credits: Annotated[Int32s, Column(Rows.PROGRAM, "credits", _hundredths)]
    tie: Annotated[Int64s, Column(Rows.PROGRAM, "slug", lambda slug, at: crc32(slug.encode()))]

    program: Annotated[Int32s, Column(Rows.OFFERING, "program_id", lambda pk, at: at.programs[pk], Rows.PROGRAM)]
    modality: Annotated[Int8s, Column(Rows.OFFERING, "modality", _choice(Modality.values))]
    pacing: Annotated[Int8s, Column(Rows.OFFERING, "pacing", _choice(Pacing.values))]
    interaction: Annotated[Int8s, Column(Rows.OFFERING, "interaction", _choice(Interaction.values))]
    weeks_min: Annotated[Int32s, Column(Rows.OFFERING, "duration_min_weeks", _number)]
    weeks_max: Annotated[Int32s, Column(Rows.OFFERING, "duration_max_weeks", _number)]
    price: Annotated[Int64s, Column(Rows.OFFERING, "pk", lambda pk, at: _hundredths(at.prices.get(pk), at))]
    starts_any_time: Annotated[Mask, Column(Rows.OFFERING, "start_type", lambda kind, at: kind in ANY_TIME)]

    start_offering: Annotated[
        Int32s, Column(Rows.START_DATE, "offering_id", lambda pk, at: at.offerings[pk], Rows.OFFERING)
    ]
    starts_on: Annotated[Int32s, Column(Rows.START_DATE, "starts_on", _ordinal)]
    apply_by: Annotated[Int32s, Column(Rows.START_DATE, "apply_by", _ordinal)]

    certification_program: Annotated[Int32s, Column(Rows.CERTIFICATION_EDGE, points_to=Rows.PROGRAM)]
    certification: Annotated[Int32s, Column(Rows.CERTIFICATION_EDGE)]
    job_program: Annotated[Int32s, Column(Rows.JOB_EDGE, points_to=Rows.PROGRAM)]
    job: Annotated[Int32s, Column(Rows.JOB_EDGE)]
    occupation_program: Annotated[Int32s, Column(Rows.OCCUPATION_EDGE, points_to=Rows.PROGRAM)]
    occupation: Annotated[Int32s, Column(Rows.OCCUPATION_EDGE)]

    @property
    def size(self) -> int:
        return len(self.id)

    @cached_property
    def _fold_plan(self) -> tuple[Int32s, Ints, Ints]:
        """Which programs have an offering, the first row of each, and all the other rows."""
        is_first = np.ones(len(self.program), dtype=bool)
        is_first[1:] = self.program[1:] != self.program[:-1]
        first = np.flatnonzero(is_first)
        return self.program[first], first, np.flatnonzero(~is_first)

    def fold(self, rows: npt.NDArray[Cell], empty: object, combine: np.ufunc) -> npt.NDArray[Cell]:
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

    def any_offering(self, rows: Mask) -> Mask:
        """Programs of which one offering at least is in ``rows`` (a mask of offerings)."""
        return self.fold(rows, False, np.logical_or)

    def without(self, ids: Collection[int]) -> "Columns":
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


_HINTS = {name: get_args(hint) for name, hint in get_type_hints(Columns, include_extras=True).items()}

DECLARED: dict[str, Column] = {name: column for name, (_, column) in _HINTS.items()}
"""Every column by its name."""


def dtype_of(name: str) -> np.dtype[Any]:
    """The numbers that a column is kept as, from its annotation."""
    array, _ = _HINTS[name]
    number: type[np.generic] = get_args(get_args(array)[1])[0]
    return np.dtype(number)
