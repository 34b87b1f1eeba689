"""Facet counts: how many distinct programs each further choice would leave."""

import numpy as np

from .columns import CHOICES, CONTROLS, GROUP_OF_LEVEL_AT, GROUPS
from .filtering import Conditions
from .query import OFFERING_CHOICES

FACETS = (
    "modality", "pacing", "interaction", "level", "state", "control",
    "field", "certification", "job", "occupation", "school",
)  # fmt: skip


Tally = tuple[list[str], np.ndarray]
"""The values of a facet and the count of each."""


def tally_facets(conditions: Conditions) -> dict[str, Tally]:
    """For each facet its values and their counts: choices of other facets hold, those of the facet itself do not.

    A state's count is of programs at schools there, with or without ``anywhere``. ``field`` counts two-digit families
    and whatever longer codes the query chose.
    """
    everything = conditions.matching()
    return {
        name: _COUNTERS[name](conditions, conditions.matching(name) if name in conditions.names else everything)
        for name in FACETS
    }


def tally_facet(conditions: Conditions, name: str) -> Tally:
    """The values of one facet and their counts."""
    return _COUNTERS[name](conditions, conditions.matching(name))


def _offering_choices(name: str):
    def count(conditions, mask) -> Tally:
        """One bit a value: the bits of a program's offerings are joined, then the patterns are counted."""
        columns = conditions.columns
        bits = np.left_shift(np.uint8(1), getattr(columns, name).view(np.uint8))
        rows = conditions.matching_offerings(name)
        if rows is not None:
            bits *= rows
        patterns = np.bincount(columns.fold(bits, 0, np.bitwise_or)[mask], minlength=1 << len(CHOICES[name]))
        held = np.arange(len(patterns))
        return list(CHOICES[name]), np.array([patterns[held >> at & 1 == 1].sum() for at in range(len(CHOICES[name]))])

    return count


def _levels(conditions, mask) -> Tally:
    per_level = np.bincount(conditions.columns.level[mask], minlength=len(GROUP_OF_LEVEL_AT))
    return list(GROUPS), _whole(np.bincount(GROUP_OF_LEVEL_AT, weights=per_level, minlength=len(GROUPS)))


def _per_school(conditions, mask) -> np.ndarray:
    return np.bincount(conditions.columns.school[mask], minlength=conditions.snapshot.school_control.size)


def _states(conditions, mask) -> Tally:
    """Of the known ones; a school whose state is unknown counts for none."""
    snapshot = conditions.snapshot
    per_school = _per_school(conditions, mask)
    counts = np.bincount(snapshot.school_state, weights=per_school, minlength=len(snapshot.states))
    known = [at for at, state in enumerate(snapshot.states) if state]
    return [snapshot.states[at] for at in known], _whole(counts[known])


def _controls(conditions, mask) -> Tally:
    per_school = _per_school(conditions, mask)
    return list(CONTROLS), _whole(
        np.bincount(conditions.snapshot.school_control, weights=per_school, minlength=len(CONTROLS))
    )


def _schools(conditions, mask) -> Tally:
    return conditions.snapshot.school_slugs, _per_school(conditions, mask)


def _fields(conditions, mask) -> Tally:
    snapshot = conditions.snapshot
    reference = snapshot.reference
    per_field = np.bincount(conditions.columns.field[mask], minlength=len(reference.field_codes) + 1)
    families = np.bincount(reference.field_family, weights=per_field, minlength=len(reference.families) + 1)
    chosen = [prefix for prefix in conditions.query.field if len(prefix) > 2]
    counts = [per_field[snapshot.fields_under((prefix,))].sum() for prefix in chosen]
    return [*reference.families, *chosen], _whole(np.append(families[:-1], counts))


def _certifications(conditions, mask) -> Tally:
    columns = conditions.columns
    slugs = conditions.snapshot.certification_slugs
    return slugs, np.bincount(columns.certification[mask[columns.certification_program]], minlength=len(slugs))


def _reached(reach_name: str, keys_name: str, edge: str):
    def count(conditions, mask) -> Tally:
        columns, reference = conditions.columns, conditions.snapshot.reference
        reach = getattr(reference, reach_name)
        tally = reach.counts(np.bincount(columns.field[mask], minlength=len(reference.field_codes) + 1))
        targets = getattr(columns, edge)[mask[getattr(columns, f"{edge}_program")]]
        return getattr(reference, keys_name), tally + np.bincount(targets, minlength=reach.size)

    return count


def _whole(counts: np.ndarray) -> np.ndarray:
    return counts.astype(np.int64)


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
