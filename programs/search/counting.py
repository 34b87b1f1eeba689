"""Facet counts: how many distinct programs each further choice would leave."""

import numpy as np

from .columns import CHOICES, CONTROLS, GROUP_OF_LEVEL_AT, GROUPS
from .filtering import Conditions
from .query import OFFERING_CHOICES

FACETS = (
    "modality", "pacing", "interaction", "level", "state", "control",
    "field", "certification", "job", "occupation", "school",
)  # fmt: skip


def facet_counts(conditions: Conditions) -> dict[str, dict[str, int]]:
    """For each facet its values and their counts: choices of other facets hold, those of the facet itself do not.

    A state's count is of programs at schools there, with or without ``anywhere``. Zero counts of long facets
    (field, certification, job, occupation, school) are left out; ``field`` counts two-digit families and
    whatever longer codes the query chose.
    """
    everything = conditions.matching()
    return {
        name: _COUNTERS[name](conditions, conditions.matching(name) if name in conditions.names else everything)
        for name in FACETS
    }


def count_of_facet(conditions: Conditions, name: str) -> dict[str, int]:
    """The counts of one facet."""
    return _COUNTERS[name](conditions, conditions.matching(name))


def _offering_choices(name: str):
    def count(conditions, mask):
        """One bit a value: the bits of a program's offerings are joined, then the patterns are counted."""
        columns = conditions.columns
        bits = np.left_shift(np.uint8(1), getattr(columns, name).astype(np.uint8))
        rows = conditions.matching_offerings(name)
        if rows is not None:
            bits = bits * rows
        patterns = columns.fold(bits, 0, np.bitwise_or)
        tally = np.bincount(patterns[mask], minlength=1 << len(CHOICES[name]))
        held = np.arange(len(tally))
        return {value: int(tally[held >> at & 1 == 1].sum()) for at, value in enumerate(CHOICES[name])}

    return count


def _levels(conditions, mask):
    tally = np.bincount(GROUP_OF_LEVEL_AT[conditions.columns.level[mask]], minlength=len(GROUPS))
    return dict(zip(GROUPS, tally.tolist(), strict=True))


def _per_school(conditions, mask):
    return np.bincount(conditions.columns.school[mask], minlength=conditions.snapshot.school_control.size)


def _states(conditions, mask):
    snapshot = conditions.snapshot
    tally = np.bincount(snapshot.school_state, weights=_per_school(conditions, mask), minlength=len(snapshot.states))
    return {state: int(tally[at]) for at, state in enumerate(snapshot.states) if state}


def _controls(conditions, mask):
    tally = np.bincount(
        conditions.snapshot.school_control, weights=_per_school(conditions, mask), minlength=len(CONTROLS)
    )
    return {control: int(tally[at]) for at, control in enumerate(CONTROLS)}


def _schools(conditions, mask):
    per_school = _per_school(conditions, mask)
    schools = conditions.snapshot.schools
    return {schools[at][1]: int(per_school[at]) for at in np.flatnonzero(per_school).tolist()}


def _fields(conditions, mask):
    snapshot = conditions.snapshot
    reference = snapshot.reference
    per_field = np.bincount(conditions.columns.field[mask], minlength=len(reference.field_codes) + 1)
    tally = np.bincount(reference.field_family, weights=per_field, minlength=len(reference.families) + 1)
    counts = {reference.families[at]: int(tally[at]) for at in np.flatnonzero(tally[:-1]).tolist()}
    for prefix in conditions.query.field:
        if len(prefix) > 2:
            counts[prefix] = int(per_field[snapshot.fields_under((prefix,))].sum())
    return counts


def _certifications(conditions, mask):
    columns = conditions.columns
    tally = np.bincount(columns.certification[mask[columns.certification_program]])
    rows = conditions.snapshot.vocabulary.certifications
    return {rows[at][1]: int(tally[at]) for at in np.flatnonzero(tally).tolist()}


def _reached(reach_name: str, keys_name: str, edge: str):
    def count(conditions, mask):
        columns, reference = conditions.columns, conditions.snapshot.reference
        per_field = np.bincount(columns.field[mask], minlength=len(reference.field_codes) + 1)
        reach = getattr(reference, reach_name)
        tally = reach.counts(per_field)
        targets = getattr(columns, edge)[mask[getattr(columns, f"{edge}_program")]]
        tally += np.bincount(targets, minlength=reach.size)
        keys = getattr(reference, keys_name)
        return {keys[at]: int(tally[at]) for at in np.flatnonzero(tally).tolist()}

    return count


_COUNTERS = {
    **{name: _offering_choices(name) for name in OFFERING_CHOICES},
    "level": _levels,
    "state": _states,
    "control": _controls,
    "field": _fields,
    "certification": _certifications,
    "job": _reached("jobs", "job_slugs", "job"),
    "occupation": _reached("occupations", "occupation_codes", "occupation"),
    "school": _schools,
}
