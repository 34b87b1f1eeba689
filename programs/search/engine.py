"""``search(query, snapshot)``: which programs, in which order, and what each further choice would leave."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .arrays import Floats64, Int64s, Ints, Mask
from .conditions import Conditions, tally_facets
from .filters import CONDITIONS, FACETS, LISTED
from .index.columns import UNKNOWN
from .index.snapshot import Snapshot
from .kinds import Facet as FacetFilter
from .kinds import Tally
from .page import Choice, Correction, Facet, FacetPage, Remedy, SearchPage
from .query import PAGE_SIZE, SearchQuery
from .text.explaining import explain
from .text.index import Word
from .text.matching import TextMatch, match_text


def search(
    query: SearchQuery, snapshot: Snapshot, *, only_programs: bool = False, listed: Mapping[str, int] = LISTED
) -> SearchPage:
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
        correction=Correction(typed=query.q, used=corrected) if corrected and text and text.mask.any() else None,
        matches=explain(snapshot, words, found) if words else {},
        distances=_distances(conditions, found),
    )
    if only_programs:
        return page
    return replace(
        page,
        facets=tuple(
            _facet(conditions, FACETS[name], tally, listed.get(name, 0))
            for name, tally in tally_facets(conditions).items()
        ),
        remedies=() if total else _remedies(conditions, words),
        elsewhere=_elsewhere(conditions, total),
    )


def facet_page(query: SearchQuery, snapshot: Snapshot, name: str, *, find: str = "", most: int) -> FacetPage:
    """Every choice of one long filter that leaves a program, of which ``find`` is a part of the name.

    ``most``: how many are listed; the chosen ones are always.
    """
    facet, chosen = FACETS[name], query.chosen(name)
    conditions = Conditions(snapshot, query, text_mask(query, snapshot))
    values, counts = facet.tally(conditions, conditions.matching(name))
    ranks = facet.ranks_in(snapshot)
    groups: dict[int, list[Choice]] = {}
    found = 0
    for at in best_choices(snapshot, facet, counts).tolist():
        label, is_chosen = facet.label_in(snapshot, values[at]), values[at] in chosen
        if is_chosen or find.casefold() in label.casefold():
            found += 1
            if found <= most or is_chosen:
                rank = 0 if ranks is None else int(ranks[at])
                groups.setdefault(rank, []).append(Choice(values[at], label, int(counts[at]), is_chosen))
    listed = sum(map(len, groups.values()))
    named = tuple((facet.headings.get(rank, ""), tuple(choices)) for rank, choices in groups.items())
    return FacetPage(label=facet.label, groups=named, hidden=found - listed, counted=True)


def text_mask(query: SearchQuery, snapshot: Snapshot) -> Mask | None:
    """The programs that match the text of ``query``, or None where it has none."""
    words, _ = snapshot.text.read(query.q, exact=query.exact)
    return match_text(snapshot, words).mask if words else None


def matching_ids(query: SearchQuery, snapshot: Snapshot) -> Int64s:
    """The ids of all programs that match, in no order."""
    return snapshot.columns.id[Conditions(snapshot, query, text_mask(query, snapshot)).matching()]


def _page_of(conditions: Conditions, matching: Mask, text: TextMatch | None, number: int) -> Ints:
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


def _sort_keys(conditions: Conditions, found: Ints, text: TextMatch | None) -> Int64s | None:
    """A whole number per found program, smallest first; None to sort by the alphabet alone."""
    query, columns = conditions.query, conditions.columns
    if query.sort == "relevance" and text is not None:
        return np.round(text.score[found] * -1000).astype(np.int64)
    if query.sort in ("weeks", "cost"):
        values = (columns.weeks_max if query.sort == "weeks" else columns.price).astype(np.int64)
        last = np.iinfo(np.int32).max
        values = np.where(values == UNKNOWN, last, values)
        rows = conditions.matching_offerings()
        if rows is not None:
            values = np.where(rows, values, last)
        return columns.fold(values, last, np.minimum)[found]
    if query.sort == "distance" and query.center is not None:
        miles = _miles_to_programs(conditions, found)
        return np.where(np.isnan(miles), 1e6, miles * 10).astype(np.int64)
    return None


def _miles_to_programs(conditions: Conditions, found: Ints) -> Floats64:
    """Miles from the query's center to the schools of the programs ``found``; NaN where a place is unknown."""
    return conditions.miles_to_schools[conditions.columns.school[found]]


def _distances(conditions: Conditions, found: Ints) -> dict[int, float]:
    if conditions.query.center is None:
        return {}
    miles = _miles_to_programs(conditions, found)
    ids = conditions.columns.id[found]
    return {pk: distance for pk, distance in zip(ids.tolist(), miles.tolist(), strict=True) if distance == distance}


def _elsewhere(conditions: Conditions, total: int) -> int | None:
    """How many more programs ``anywhere`` would bring: online ones of schools outside the chosen place."""
    query = conditions.query
    has_place = any(CONDITIONS[name].is_place for name in query.values)
    if not has_place or query.anywhere:
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
            values = query.q if name == "q" else query.values[name]
            values = values if isinstance(values, tuple) else (str(values),)
            found.append(Remedy(name=name, label=_said(snapshot, query, name), values=values, total=total))
    if len(words) > 1:
        others = conditions.matching("q")
        for at, word in enumerate(words):
            rest = words[:at] + words[at + 1 :]
            if total := int(np.count_nonzero(others & match_text(snapshot, rest).mask)):
                left = " ".join(other.text for other in rest)
                found.append(Remedy(name="q", label=f"“{word.text}”", values=(left,), total=total))
    return tuple(sorted(found, key=lambda remedy: -remedy.total))


def _said(snapshot: Snapshot, query: SearchQuery, name: str) -> str:
    """A condition in words."""
    if name == "q":
        return f"“{query.q}”"
    return CONDITIONS[name].said_in(snapshot, query.values[name])


def _facet(conditions: Conditions, facet: FacetFilter, tally: Tally, listed: int) -> Facet:
    """The facet as the page lists it: all of a short one; of a long one the ``listed`` best, and the chosen ones."""
    snapshot, chosen = conditions.snapshot, conditions.query.chosen(facet.name)
    values, counts = tally
    if not listed:
        shown, hidden = dict(zip(values, counts.tolist(), strict=True)), 0
    else:
        best = best_choices(snapshot, facet, counts)
        shown = {values[at]: int(counts[at]) for at in best[:listed].tolist()}
        if missing := set(chosen) - set(shown):
            found = {values[at]: int(counts[at]) for at in best.tolist() if values[at] in missing}
            shown |= {value: found.get(value, 0) for value in chosen if value in missing}
        hidden = max(0, len(best) - len(shown))
    choices = tuple(
        Choice(value, facet.label_in(snapshot, value), count, value in chosen) for value, count in shown.items()
    )
    return Facet(name=facet.name, label=facet.label, choices=choices, hidden=hidden)


def best_choices(snapshot: Snapshot, facet: FacetFilter, counts: Ints) -> Ints:
    """Positions of a long facet's values that leave a program, the best first.

    Job titles that our editors wrote come first; college teaching and "all other" occupations, to which the
    crosswalk leads from almost every field, come last.
    """
    present = np.flatnonzero(counts)
    order: list[Ints] = [present, -counts[present]]
    ranks = facet.ranks_in(snapshot)
    if ranks is not None:
        order.append(ranks[present])
    return present[np.lexsort(order)]
