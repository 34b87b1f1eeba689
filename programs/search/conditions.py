"""What the conditions of one query leave of the snapshot's programs and of their offerings."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from programs.choices import Modality

from .arrays import Floats64, Ints, Mask
from .filters import CONDITIONS, FACETS
from .geo import NOWHERE
from .kinds import Level, Tally
from .query import SearchQuery

if TYPE_CHECKING:
    from .index.snapshot import Snapshot


class Conditions:
    """The conditions of one query over one snapshot: ``programs`` and ``offerings`` map a filter's name to its mask.

    The offering conditions hold together on one offering. A place is met by the school, or with ``anywhere`` by an
    online offering, in which case it is a condition of the offering.
    """

    def __init__(self, snapshot: "Snapshot", query: SearchQuery, text_mask: Mask | None):
        self.snapshot = snapshot
        self.query = query
        self.columns = snapshot.columns
        self.programs: dict[str, Mask] = {}
        self.offerings: dict[str, Mask] = {}
        for name, value in query.values.items():
            self._add(name, value)
        if text_mask is not None:
            self.programs["q"] = text_mask

    def _add(self, name: str, value: Any) -> None:
        condition = CONDITIONS[name]
        mask = condition.mask(self, value)
        if condition.level is Level.SCHOOL:
            mask = mask[self.columns.school]
        if condition.is_place and self.query.anywhere:
            self.offerings[name] = mask[self.columns.program] | self._is_online()
        elif condition.level is Level.OFFERING:
            self.offerings[name] = mask
        else:
            self.programs[name] = mask

    def _is_online(self) -> Mask:
        is_online: Mask = self.columns.modality == Modality.values.index(Modality.ONLINE)
        return is_online

    @property
    def names(self) -> list[str]:
        return [*self.programs, *self.offerings]

    def matching(self, *without: str) -> Mask:
        """The programs that meet every condition but those named."""
        mask = np.ones(self.columns.size, dtype=bool)
        for name, condition in self.programs.items():
            if name not in without:
                mask &= condition
        rows = self.matching_offerings(*without)
        return mask if rows is None else mask & self.columns.any_offering(rows)

    def matching_offerings(self, *without: str) -> Mask | None:
        """The offerings that meet every offering condition but those named; None where there is no such condition."""
        rows: Mask | None = None
        for name, condition in self.offerings.items():
            if name not in without:
                rows = condition if rows is None else rows & condition
        return rows

    # What filters ask of it

    @cached_property
    def miles_to_schools(self) -> Floats64:
        """Miles from the query's center to each school; NaN where it has none or the school's place is unknown."""
        return self.snapshot.miles_to_schools(self.query.center or NOWHERE)

    def codes(self, level: Level, column: str) -> Ints:
        """The numbers of a closed list's choices, of every row of ``level``."""
        codes: Ints = self.snapshot.school_codes[column] if level is Level.SCHOOL else getattr(self.columns, column)
        return codes

    def per_school(self, mask: Mask) -> Ints:
        """How many programs of ``mask`` each school has."""
        return np.bincount(self.columns.school[mask], minlength=len(self.snapshot.schools))

    def per_field(self, mask: Mask) -> Ints:
        """How many programs of ``mask`` each field has, and last those without a field."""
        return np.bincount(self.columns.field[mask], minlength=len(self.snapshot.reference.field_codes) + 1)


def tally_facets(conditions: Conditions) -> dict[str, Tally]:
    """For each facet its values and their counts: choices of other facets hold, those of the facet itself do not.

    A state's count is of programs at schools there, with or without ``anywhere``.
    """
    everything = conditions.matching()
    return {
        name: facet.tally(conditions, conditions.matching(name) if name in conditions.names else everything)
        for name, facet in FACETS.items()
    }
