"""Why a program matched: each word of the query, and the best place it was found in."""

import numpy as np

from .page import Match
from .text import CERTIFICATION, Word

PLACES = {"name": "the name", "field": "the field", "school": "the school", "level": "the award"}


def explain(snapshot, words: list[Word], found: np.ndarray) -> dict[int, tuple[Match, ...]]:
    """For each of a page's programs (positions), the words and where they matched, best place first."""
    weights = [_weights_by_place(snapshot, word.keys) for word in words]
    through_titles = _title_of_field(snapshot, words)
    reasons = {}
    for at in found.tolist():
        places: dict[str, list[str]] = {}
        for word, by_place in zip(words, weights, strict=True):
            place = _best_place(snapshot, at, by_place) or _job_title(snapshot, at, word, through_titles)
            if place:
                places.setdefault(place, []).append(word.text)
        reasons[int(snapshot.columns.id[at])] = tuple(
            Match(words=" ".join(held), place=place) for place, held in places.items()
        )
    return reasons


def _weights_by_place(snapshot, keys) -> dict[str, np.ndarray | None]:
    index = snapshot.text
    return {
        "name": index.names.weights(keys),
        "certification": index.certifications.weights(keys),
        "field": index.fields.weights(keys),
        "school": index.schools.weights(keys),
        "level": index.levels.weights(keys),
    }


def _best_place(snapshot, at: int, weights: dict) -> str | None:
    columns, vocabulary = snapshot.columns, snapshot.vocabulary
    best, place = 0.0, None
    for kind, label in (
        ("name", "the name"),
        ("field", "the field"),
        ("school", "the school"),
        ("level", "the award"),
    ):
        if weights[kind] is not None and (weight := float(weights[kind][getattr(columns, kind)[at]])) > best:
            best, place = weight, label
    if weights["certification"] is not None and best < CERTIFICATION:
        held = columns.certification[columns.certification_program == at]
        if len(held) and (weight := float(weights["certification"][held].max())) > best:
            row = vocabulary.certifications[held[np.argmax(weights["certification"][held])]]
            place = f"certification {row[3] or row[2]}"
    return place


def _title_of_field(snapshot, words: list[Word]) -> dict[int, dict[int, str]]:
    """For each occupation, the job title that holds most of the words: {bits of the words: title}."""
    index = snapshot.text
    held = np.zeros(index.titles.size, dtype=np.int32)
    for at, word in enumerate(words):
        for key in word.keys:
            if key in index.titles.table:
                held[index.titles.table[key][0]] |= 1 << at
    best: dict[int, tuple] = {}
    for title in np.flatnonzero(held).tolist():
        rank = (-int(held[title]).bit_count(), float(index.title_length[title]), index.title_texts[title])
        occupation = int(index.title_occupation[title])
        if occupation not in best or rank < best[occupation][0]:
            best[occupation] = (rank, int(held[title]))
    return {occupation: {"title": rank[2], "bits": bits} for occupation, (rank, bits) in best.items()}


def _job_title(snapshot, at: int, word: Word, titles: dict) -> str | None:
    columns, reach = snapshot.columns, snapshot.reference.occupations
    own = columns.occupation[columns.occupation_program == at].tolist()
    by_field = reach.targets[reach.fields == columns.field[at]].tolist()
    found = [titles[occupation] for occupation in (*own, *by_field) if occupation in titles]
    if not found:
        return None
    best = min(found, key=lambda title: (-title["bits"].bit_count(), len(title["title"])))
    return f"job title {best['title']}"
