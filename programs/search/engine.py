"""``search(query, snapshot)``: which programs, in which order, and what each further choice would leave."""

from dataclasses import replace

import numpy as np
from django.utils.formats import date_format

from programs.choices import US_STATES, Control, Interaction, LevelGroup, Modality, Pacing

from .columns import UNKNOWN
from .counting import tally_facets
from .explaining import explain
from .filtering import Conditions, miles_to_programs
from .matching import TextMatch, match_text
from .page import Choice, Correction, Facet, Remedy, SearchPage
from .query import PAGE_SIZE, SearchQuery
from .snapshot import Snapshot
from .text import Word

LISTED = {"state": 8, "field": 8, "certification": 8, "job": 8, "occupation": 6, "school": 8}
"""How many choices of a long facet the results page lists; the chosen ones are listed always."""

FACET_LABELS = {
    "modality": "How it is taught",
    "pacing": "Pace",
    "interaction": "Live classes",
    "level": "Award",
    "state": "State",
    "control": "Kind of school",
    "field": "Field",
    "certification": "Certification",
    "job": "Job title",
    "occupation": "Occupation",
    "school": "School",
}
FIXED_LABELS = {
    "modality": dict(Modality.choices),
    "pacing": dict(Pacing.choices),
    "interaction": dict(Interaction.choices),
    "level": dict(LevelGroup.choices),
    "control": dict(Control.choices),
    "state": US_STATES,
}

CONDITION_LABELS = {
    "q": "“{}”",
    "weeks_min": "at least {} weeks",
    "weeks_max": "at most {} weeks",
    "cost_min": "at least ${:,}",
    "cost_max": "at most ${:,}",
    "within": "within {} miles",
}


def search(query: SearchQuery, snapshot: Snapshot, *, only_programs: bool = False, listed=LISTED) -> SearchPage:
    """Answer ``query`` from ``snapshot``; asks the database for nothing.

    A page past the last one gives the last one. Distances are in miles. ``only_programs`` leaves out what a further
    choice would bring (facets, remedies, elsewhere), which is most of the work. ``listed`` is how many choices of each
    long facet are told.
    """
    words, corrected = snapshot.text.read(query.q, exact=query.exact)
    text = match_text(snapshot, words) if words else None
    conditions = Conditions(snapshot, query, None if text is None else text.mask)
    matching = conditions.matching()
    total = int(np.count_nonzero(matching))
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(query.page, 1), pages)
    found = _page_of(conditions, matching, text, number)
    page = SearchPage(
        ids=tuple(snapshot.columns.id[found].tolist()),
        total=total,
        number=number,
        pages=pages,
        has_next=number < pages,
        # A correction that finds nothing is none; its words still tell what to leave out.
        correction=Correction(typed=query.q, used=corrected) if corrected and text.mask.any() else None,
        matches=explain(snapshot, words, found) if words else {},
        distances=_distances(conditions, found),
    )
    if only_programs:
        return page
    return replace(
        page,
        facets=tuple(_facet(conditions, name, *tally, listed) for name, tally in tally_facets(conditions).items()),
        remedies=() if total else _remedies(conditions, words),
        elsewhere=_elsewhere(conditions, total),
    )


def text_mask(query: SearchQuery, snapshot: Snapshot) -> np.ndarray | None:
    """The programs that match the text of ``query``, or None where it has none."""
    words, _ = snapshot.text.read(query.q, exact=query.exact)
    return match_text(snapshot, words).mask if words else None


def matching_ids(query: SearchQuery, snapshot: Snapshot) -> np.ndarray:
    """The ids of all programs that match, in no order."""
    return snapshot.columns.id[Conditions(snapshot, query, text_mask(query, snapshot)).matching()]


def _page_of(conditions: Conditions, matching: np.ndarray, text: TextMatch | None, number: int) -> np.ndarray:
    """Positions of the programs on page ``number``: best by the query's sort, ties by the alphabet, samples last."""
    found = np.flatnonzero(matching)
    places = conditions.snapshot.alphabetical[found]
    keys = _sort_keys(conditions, found, text)
    keys = places if keys is None else keys * np.int64(max(conditions.columns.size, 1)) + places
    samples = conditions.snapshot.is_sample[found]
    if samples.any():
        keys = keys + samples * (np.ptp(keys) + 1)
    last = min(number * PAGE_SIZE, len(found))
    if last < len(found):
        best = np.argpartition(keys, last)[:last]
        found, keys = found[best], keys[best]
    return found[np.argsort(keys)][(number - 1) * PAGE_SIZE : last]


def _sort_keys(conditions: Conditions, found: np.ndarray, text: TextMatch | None) -> np.ndarray | None:
    """A whole number per found program, smallest first; None to sort by the alphabet alone."""
    query, columns = conditions.query, conditions.columns
    if query.sort == "relevance" and text is not None:
        return -np.round(text.score[found] * 1000).astype(np.int64)
    if query.sort in ("weeks", "cost"):
        values = (columns.weeks_max if query.sort == "weeks" else columns.price).astype(np.int64)
        last = np.iinfo(np.int32).max
        values = np.where(values == UNKNOWN, last, values)
        rows = conditions.matching_offerings()
        if rows is not None:
            values = np.where(rows, values, last)
        return columns.fold(values, last, np.minimum)[found]
    if query.sort == "distance" and query.center is not None:
        miles = miles_to_programs(conditions.snapshot, query.center)[found]
        return np.where(np.isnan(miles), 1e6, miles * 10).astype(np.int64)
    return None


def _distances(conditions: Conditions, found: np.ndarray) -> dict[int, float]:
    if conditions.query.center is None:
        return {}
    miles = miles_to_programs(conditions.snapshot, conditions.query.center)[found]
    ids = conditions.columns.id[found]
    return {pk: distance for pk, distance in zip(ids.tolist(), miles.tolist(), strict=True) if distance == distance}


def _elsewhere(conditions: Conditions, total: int) -> int | None:
    """How many more programs ``anywhere`` would bring: online ones of schools outside the chosen place."""
    query = conditions.query
    if not query.has_place or query.anywhere:
        return None
    widened = Conditions(conditions.snapshot, replace(query, anywhere=True), conditions.programs.get("q"))
    return int(np.count_nonzero(widened.matching())) - total


def _remedies(conditions: Conditions, words: list[Word]) -> tuple[Remedy, ...]:
    """For each condition what leaving it out would bring; and each word of several. Best first, none that brings 0."""
    query, snapshot = conditions.query, conditions.snapshot
    found = []
    for name in conditions.names:
        if name == "q" and len(conditions.names) == 1:  # without it, everything: no help
            continue
        if total := int(np.count_nonzero(conditions.matching(name))):
            values = getattr(query, name)
            values = values if isinstance(values, tuple) else (str(values),)
            found.append(Remedy(name=name, label=remedy_label(snapshot, query, name), values=values, total=total))
    if len(words) > 1:
        others = conditions.matching("q")
        for at, word in enumerate(words):
            rest = words[:at] + words[at + 1 :]
            if total := int(np.count_nonzero(others & match_text(snapshot, rest).mask)):
                left = " ".join(other.text for other in rest)
                found.append(Remedy(name="q", label=f"“{word.text}”", values=(left,), total=total))
    return tuple(sorted(found, key=lambda remedy: -remedy.total))


def remedy_label(snapshot: Snapshot, query: SearchQuery, name: str) -> str:
    """A condition in the words of the results page."""
    value = getattr(query, name)
    if name in FACET_LABELS:
        return " or ".join(choice_label(snapshot, name, each) for each in value)
    if name == "starts_by":
        return f"starts by {date_format(value)}"
    return CONDITION_LABELS[name].format(value)


def choice_label(snapshot: Snapshot, facet: str, value: str) -> str:
    """What people call a choice; the value itself where the snapshot does not know it."""
    if facet in FIXED_LABELS:
        return FIXED_LABELS[facet].get(value, value)
    return snapshot.labels[facet].get(value, value)


def _facet(conditions: Conditions, name: str, values: list[str], counts: np.ndarray, most: dict[str, int]) -> Facet:
    """The facet as the page lists it: all of a short one; of a long one the best, and the chosen ones always."""
    snapshot, chosen = conditions.snapshot, getattr(conditions.query, name)
    if name not in most:
        listed, hidden = list(zip(values, counts.tolist(), strict=True)), 0
    else:
        best = best_choices(snapshot, name, counts)
        listed = [(values[at], int(counts[at])) for at in best[: most[name]].tolist()]
        shown = {value for value, _ in listed}
        for value in chosen:
            if value not in shown:
                count = next((int(counts[at]) for at in best.tolist() if values[at] == value), 0)
                listed.append((value, count))
        hidden = max(0, len(best) - len(listed))
    choices = tuple(
        Choice(value, choice_label(snapshot, name, value), count, value in chosen) for value, count in listed
    )
    return Facet(name=name, label=FACET_LABELS[name], choices=choices, hidden=hidden)


def best_choices(snapshot: Snapshot, name: str, counts: np.ndarray) -> np.ndarray:
    """Positions of a long facet's values that leave a program, the best first.

    Job titles that our editors wrote come first; college teaching and "all other" occupations, to which the
    crosswalk leads from almost every field, come last.
    """
    present = np.flatnonzero(counts)
    order = [present, -counts[present]]
    if name in snapshot.rank:
        order.append(snapshot.rank[name][present])
    return present[np.lexsort(order)]
