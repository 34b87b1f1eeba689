"""The catalog as arrays: one position per program, one row per published offering."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from programs.choices import GROUP_OF_LEVEL, AwardLevel, Control, Interaction, LevelGroup, Modality, Pacing

LEVELS = (*AwardLevel.values, None)
LEVEL_AT = {level: at for at, level in enumerate(LEVELS)}
GROUPS = tuple(LevelGroup.values)
GROUP_OF_LEVEL_AT = np.array([GROUPS.index(GROUP_OF_LEVEL[level]) for level in LEVELS], dtype=np.int8)
CHOICES = {
    "modality": tuple(Modality.values),
    "pacing": tuple(Pacing.values),
    "interaction": tuple(Interaction.values),
}
CONTROLS = tuple(Control.values)
UNKNOWN = -1
"""Stands for null in the columns of weeks (whole weeks) and prices (US cents)."""

NO_DEADLINE = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Columns:
    """Arrays of one length each: of programs, of offerings (sorted by program), of start dates, of edges.

    ``school``, ``name`` and ``certification`` are positions in the snapshot's vocabularies, ``field``, ``job`` and
    ``occupation`` in its reference (``field`` one past the end: none). Days are proleptic ordinals.
    """

    # programs
    id: np.ndarray
    school: np.ndarray
    name: np.ndarray
    field: np.ndarray
    level: np.ndarray
    tie: np.ndarray
    # offerings
    program: np.ndarray
    modality: np.ndarray
    pacing: np.ndarray
    interaction: np.ndarray
    weeks_min: np.ndarray
    weeks_max: np.ndarray
    price: np.ndarray
    starts_any_time: np.ndarray
    # start dates
    start_offering: np.ndarray
    starts_on: np.ndarray
    apply_by: np.ndarray
    # edges that are not implied by the field
    certification_program: np.ndarray
    certification: np.ndarray
    job_program: np.ndarray
    job: np.ndarray
    occupation_program: np.ndarray
    occupation: np.ndarray

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
        keep = ~np.isin(self.id, np.fromiter(ids, dtype=np.int64))
        if keep.all():
            return self
        kept = {"program": keep[self.program]}
        kept["start"] = kept["program"][self.start_offering]
        new_program = np.cumsum(keep, dtype=np.int32) - 1
        new_offering = np.cumsum(kept["program"], dtype=np.int32) - 1
        changed = {}
        for column in fields(self):
            values = getattr(self, column.name)
            rows = self._rows_kept(column.name, keep, kept)
            values = values[rows]
            if column.name == "program" or column.name.endswith("_program"):
                values = new_program[values]
            elif column.name == "start_offering":
                values = new_offering[values]
            changed[column.name] = values
        return replace(self, **changed)

    def _rows_kept(self, name: str, keep: np.ndarray, kept: dict) -> np.ndarray:
        if name in PROGRAM_COLUMNS:
            return keep
        if name in START_COLUMNS:
            return kept["start"]
        for edge in ("certification", "job", "occupation"):
            if name in (edge, f"{edge}_program"):
                return keep[getattr(self, f"{edge}_program")]
        return kept["program"]

    def plus(self, other: "Columns") -> "Columns":
        """These columns followed by those of ``other``, whose positions move up."""
        changed = {}
        for column in fields(self):
            values = getattr(other, column.name)
            if column.name == "program" or column.name.endswith("_program"):
                values = values + np.int32(self.size)
            elif column.name == "start_offering":
                values = values + np.int32(len(self.program))
            changed[column.name] = np.concatenate([getattr(self, column.name), values])
        return replace(self, **changed)


PROGRAM_COLUMNS = frozenset({"id", "school", "name", "field", "level", "tie"})
START_COLUMNS = frozenset({"start_offering", "starts_on", "apply_by"})
