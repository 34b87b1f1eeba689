"""Why a program matched: each word of the query, and the best place it was found in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Floats32, Ints
from ..index.titles import CERTIFICATION
from ..page import Match
from .index import CERTIFICATION as CERTIFICATION_WORTH
from .index import Word
from .matching import held_words, telling_titles
from .words import CODE

if TYPE_CHECKING:
    from ..index.snapshot import Snapshot

Weights = dict[str, Floats32]
"""What a word is worth in the texts of each kind that hold it."""

Title = tuple[int, bool, str]
"""Bits of the words that a title holds, whether it is a certification's, the title."""


def explain(snapshot: "Snapshot", words: list[Word], found: Ints) -> dict[int, tuple[Match, ...]]:
    """For each of a page's programs (positions), the words and where they matched, best place first."""
    weights = [_weights_by_place(snapshot, word.keys) for word in words]
    meant = [[_weights_by_place(snapshot, keys) for keys in word.means] for word in words]
    titles = _title_of_occupation(snapshot, words)
    reasons = {}
    for at in found.tolist():
        places: dict[str, list[str]] = {}
        for bit, (word, by_place) in enumerate(zip(words, weights, strict=True)):
            place = _best_place(snapshot, at, by_place) or _job_title(snapshot, at, bit, titles)
            found_in = [place] if place else [_best_place(snapshot, at, each) for each in meant[bit]]
            held_in = [each for each in found_in if each]
            if held_in and len(held_in) == len(found_in):
                places.setdefault(" and ".join(dict.fromkeys(held_in)), []).append(word.text)
        reasons[int(snapshot.columns.id[at])] = tuple(
            Match(words=" ".join(held), place=place) for place, held in places.items()
        )
    return reasons


def _weights_by_place(snapshot: "Snapshot", keys: Iterable[str]) -> Weights:
    index = snapshot.text
    found = {
        "name": index.names.weights(keys),
        "certification": index.certifications.weights(keys),
        "field": index.fields.weights(keys),
        "school": index.schools.weights(keys),
        "level": index.levels.weights(keys),
    }
    return {kind: weights for kind, weights in found.items() if weights is not None}


def _best_place(snapshot: "Snapshot", at: int, weights: Weights) -> str | None:
    columns, vocabulary = snapshot.columns, snapshot.vocabulary
    best, place = 0.0, None
    for kind, label in (
        ("name", "the name"),
        ("field", "the field"),
        ("school", "the school"),
        ("level", "the award"),
    ):
        if kind in weights and (weight := float(weights[kind][getattr(columns, kind)[at]])) > best:
            best, place = weight, label
    if "certification" in weights and best < CERTIFICATION_WORTH:
        held = columns.certification[columns.certification_program == at]
        if len(held) and (weight := float(weights["certification"][held].max())) > best:
            row = vocabulary.certifications[held[np.argmax(weights["certification"][held])]]
            place = f"certification {row.short_name}"
    return place


def _title_of_occupation(snapshot: "Snapshot", words: list[Word]) -> dict[int, Title]:
    """For each occupation the title that says most."""
    index, table = snapshot.text, snapshot.text.title_table
    held = held_words(index, words)
    touched = np.flatnonzero(held)
    best: dict[int, tuple[tuple[int, bool, float, str], int]] = {}
    for pattern in np.unique(held[touched]).tolist():
        for title in telling_titles(table, touched[held[touched] == pattern], pattern.bit_count()).tolist():
            opens = table.kinds[title] == CERTIFICATION
            rank = (-pattern.bit_count(), not opens, float(table.lengths[title]), table.texts[title])
            occupation = int(table.occupations[title])
            if occupation not in best or rank < best[occupation][0]:
                best[occupation] = (rank, pattern)
    return {at: (pattern, not rank[1], rank[3]) for at, (rank, pattern) in best.items()}


def _job_title(snapshot: "Snapshot", at: int, bit: int, titles: dict[int, Title]) -> str | None:
    columns, reach = snapshot.columns, snapshot.reference.occupations
    own = columns.occupation[columns.occupation_program == at].tolist()
    by_field = reach.targets[reach.fields == columns.field[at]].tolist()
    found = [titles[one] for one in (*own, *by_field) if one in titles and titles[one][0] >> bit & 1]
    if not found:
        return None
    _, opens, title = min(found, key=lambda each: (-each[0].bit_count(), -each[1], len(each[2])))
    if opens:
        return f"a job that the certification {title} opens"
    return f"occupation {title}" if CODE.fullmatch(title) else f"job title {title}"
