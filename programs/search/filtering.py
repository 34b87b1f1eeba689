"""Filters as masks: what each condition of a query leaves of the programs and of their offerings."""

import numpy as np

from programs.choices import Modality

from .columns import CHOICES, CONTROLS, GROUP_OF_LEVEL_AT, GROUPS, UNKNOWN
from .geo import miles_between
from .query import OFFERING_CHOICES, SearchQuery


class Conditions:
    """The conditions of one query over one snapshot: ``programs`` and ``offerings`` map a filter's name to its mask.

    The offering conditions hold together on one offering. A place is met by the school, or with ``anywhere`` by an
    online offering, in which case it is a condition of the offering.
    """

    def __init__(self, snapshot, query: SearchQuery, text_mask: np.ndarray | None):
        self.snapshot = snapshot
        self.query = query
        self.columns = snapshot.columns
        self.programs = self._program_masks()
        self.offerings = self._offering_masks()
        if text_mask is not None:
            self.programs["q"] = text_mask
        self.place = self._place_masks()
        if query.anywhere:
            online = self.columns.modality == CHOICES["modality"].index(Modality.ONLINE)
            for name, mask in self.place.items():
                self.offerings[name] = mask[self.columns.program] | online
        else:
            self.programs.update(self.place)

    @property
    def names(self) -> list[str]:
        return [*self.programs, *self.offerings]

    def matching(self, *without: str) -> np.ndarray:
        """The programs that meet every condition but those named."""
        mask = np.ones(self.columns.size, dtype=bool)
        for name, condition in self.programs.items():
            if name not in without:
                mask &= condition
        rows = self.matching_offerings(*without)
        return mask if rows is None else mask & self.columns.any_offering(rows)

    def matching_offerings(self, *without: str) -> np.ndarray | None:
        """The offerings that meet every offering condition but those named; None where there is no such condition."""
        rows = None
        for name, condition in self.offerings.items():
            if name not in without:
                rows = condition if rows is None else rows & condition
        return rows

    def _program_masks(self) -> dict[str, np.ndarray]:
        query, columns, snapshot = self.query, self.columns, self.snapshot
        masks = {}
        if query.level:
            chosen = np.isin(GROUP_OF_LEVEL_AT, [GROUPS.index(group) for group in query.level])
            masks["level"] = chosen[columns.level]
        if query.control:
            chosen = np.isin(snapshot.school_control, [CONTROLS.index(control) for control in query.control])
            masks["control"] = chosen[columns.school]
        if query.school:
            chosen = np.array([row[1] in query.school for row in snapshot.schools], dtype=bool)
            masks["school"] = chosen[columns.school]
        if query.field:
            masks["field"] = snapshot.fields_under(query.field)[columns.field]
        if query.certification:
            masks["certification"] = self._with_certification()
        if query.job:
            masks["job"] = self._leading_to(
                snapshot.positions_of_jobs(query.job), snapshot.reference.jobs, columns.job_program, columns.job
            )
        if query.occupation:
            masks["occupation"] = self._leading_to(
                snapshot.positions_of_occupations(query.occupation),
                snapshot.reference.occupations,
                columns.occupation_program,
                columns.occupation,
            )
        return masks

    def _with_certification(self) -> np.ndarray:
        chosen = np.array(
            [row[1] in self.query.certification for row in self.snapshot.vocabulary.certifications], bool
        )
        mask = np.zeros(self.columns.size, dtype=bool)
        mask[self.columns.certification_program[chosen[self.columns.certification]]] = True
        return mask

    def _leading_to(self, targets, reach, edge_program, edge_target) -> np.ndarray:
        """Programs that reach one of ``targets`` through their field, or by an edge of their own."""
        by_field = np.zeros(len(self.snapshot.reference.field_codes) + 1, dtype=bool)
        by_field[reach.fields_of(targets)] = True
        mask = by_field[self.columns.field]
        mask[edge_program[np.isin(edge_target, targets)]] = True
        return mask

    def _place_masks(self) -> dict[str, np.ndarray]:
        query, snapshot = self.query, self.snapshot
        masks = {}
        if query.state:
            states = [at for at, state in enumerate(snapshot.states) if state in query.state]
            masks["state"] = np.isin(snapshot.school_state, states)[self.columns.school]
        if query.center and query.within is not None:
            masks["within"] = (snapshot.miles_to_schools(query.center) <= query.within)[self.columns.school]
        return masks

    def _offering_masks(self) -> dict[str, np.ndarray]:
        query, columns = self.query, self.columns
        masks = {}
        for name in OFFERING_CHOICES:
            if chosen := getattr(query, name):
                codes = np.isin(np.arange(len(CHOICES[name])), [CHOICES[name].index(value) for value in chosen])
                masks[name] = codes[getattr(columns, name)]
        for name, column, compare in (
            ("weeks_min", columns.weeks_min, np.greater_equal),
            ("weeks_max", columns.weeks_max, np.less_equal),
            ("cost_min", columns.price, np.greater_equal),
            ("cost_max", columns.price, np.less_equal),
        ):
            bound = getattr(query, name)
            if bound is not None:
                if column is columns.price:
                    bound *= 100
                unknown = column == UNKNOWN
                masks[name] = compare(column, bound) & ~unknown | (unknown if query.include_unknown else False)
        if query.starts_by is not None:
            masks["starts_by"] = self._starting_by(query.starts_by.toordinal(), query.today.toordinal())
        return masks

    def _starting_by(self, day: int, today: int) -> np.ndarray:
        columns = self.columns
        rows = columns.starts_any_time.copy()
        open_dates = (columns.starts_on >= today) & (columns.starts_on <= day) & (columns.apply_by >= today)
        rows[columns.start_offering[open_dates]] = True
        return rows


def miles_to_programs(snapshot, center) -> np.ndarray:
    """Miles from ``center`` to the school of each program; NaN where its place is unknown."""
    return miles_between(center, snapshot.school_latitude, snapshot.school_longitude)[snapshot.columns.school]
