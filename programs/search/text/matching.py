"""Which programs a text matches, and how well."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Floats32, Int32s, Ints, Mask
from ..index.titles import CERTIFICATION, TitleTable
from .index import OFTEN, OPENS, PHRASE, SIDE, TITLE, Postings, TextIndex, Word
from .words import words_of

if TYPE_CHECKING:
    from ..index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Which programs match (a mask) and how well (0 where they do not)."""

    mask: Mask
    score: Floats32


def match_text(snapshot: "Snapshot", words: Sequence[Word]) -> TextMatch:
    """The programs that match all ``words``, and how well.

    The worth of a word grows with its rarity (logarithm of programs over programs that hold it in their own texts).
    """
    columns = snapshot.columns
    own = [_own_weights(snapshot, word) for word in words]
    holds = [weights > 0 for weights in own]
    rarity = np.array([np.log1p(columns.size / (1 + np.count_nonzero(held))) for held in holds], dtype=np.float32)
    all_held = np.logical_and.reduce(holds)
    score = np.zeros(columns.size, dtype=np.float32)
    for weights, worth in zip(own, rarity, strict=True):
        score += weights * worth
    score += _phrase_bonus(snapshot, words, rarity.sum())
    score *= all_held
    runs = _school_runs(snapshot, words)
    for held, titles in _title_groups(snapshot.text, words):
        if any(run.intersection(held) and not run.issubset(held) for run in runs):
            continue
        missing = [at for at in range(len(words)) if at not in held]
        met = np.logical_and.reduce([holds[at] for at in missing]) if missing else None
        if met is not None and not met.any():
            continue
        through = _title_weights(snapshot, titles, len(held))
        if through is None:
            continue
        through *= rarity[list(held)].sum()
        if met is not None:
            through += sum(own[at] * rarity[at] for at in missing) * (through > 0)
            through *= met
        np.maximum(score, through, out=score)
    return TextMatch(score > 0, score)


def _own_weights(snapshot: "Snapshot", word: Word) -> Floats32:
    """The best weight of a word in each program's own texts; through its longer meaning, what all of that is worth."""
    best = _held_weights(snapshot, word.keys)
    if word.means:
        meant = np.array([_held_weights(snapshot, keys) for keys in word.means])
        np.maximum(best, SIDE * meant.mean(axis=0) * (meant > 0).all(axis=0), out=best)
    return best


def _held_weights(snapshot: "Snapshot", keys: Iterable[str]) -> Floats32:
    columns, index = snapshot.columns, snapshot.text
    best = np.zeros(columns.size, dtype=np.float32)
    for postings, positions in (
        (index.names, columns.name),
        (index.schools, columns.school),
        (index.fields, columns.field),
        (index.levels, columns.level),
    ):
        weights = postings.weights(keys)
        if weights is not None:
            np.maximum(best, weights[positions], out=best)
    weights = index.certifications.weights(keys)
    if weights is not None:
        np.maximum.at(best, columns.certification_program, weights[columns.certification])
    return best


def held_words(index: TextIndex, words: Sequence[Word]) -> Int32s:
    """For each title, which of ``words`` it holds: bit ``n`` for the word at ``n``."""
    held = np.zeros(index.titles.size, dtype=np.int32)
    for at, word in enumerate(words):
        for key in word.keys:
            if key in index.titles.table:
                held[index.titles.table[key][0]] |= 1 << at
    return held


def telling_titles(table: TitleTable, titles: Ints, held: int) -> Ints:
    """Those of ``titles``, each holding the same ``held`` words, that are just those words or often so (``OFTEN``)."""
    times, share = OFTEN[min(held, 2)]
    occupations = table.occupations[titles]
    found = np.bincount(occupations, minlength=len(table.per_occupation))
    often = (found >= times) & (found >= share * table.per_occupation)
    return titles[(table.lengths[titles] <= held) | often[occupations]]


def _school_runs(snapshot: "Snapshot", words: Sequence[Word]) -> list[set[int]]:
    """Positions of three words and more that stand in this order in a school's name.

    No title stands in for a part of them: the "state nursing" of "ohio state university nursing" is no job.
    """
    names = [row.name for row in snapshot.vocabulary.schools] if len(words) > 2 else []
    runs: list[set[int]] = []
    for at in range(len(words) - 2):
        if _holding_phrase(snapshot.text.schools, names, words[at : at + 3]) is not None:
            three = set(range(at, at + 3))
            if runs and at in runs[-1]:
                runs[-1] |= three
            else:
                runs.append(three)
    return runs


def _title_groups(index: TextIndex, words: Sequence[Word]) -> Iterator[tuple[list[int], Ints]]:
    """Titles by which of the words they hold: (positions of the words, titles that count)."""
    held = held_words(index, words)
    touched = np.flatnonzero(held)
    patterns = held[touched]
    for pattern in np.unique(patterns).tolist():
        bits = [at for at in range(len(words)) if pattern >> at & 1]
        titles = telling_titles(index.title_table, touched[patterns == pattern], len(bits))
        if len(titles):
            yield bits, titles


def _title_weights(snapshot: "Snapshot", titles: Ints, held: int) -> Floats32 | None:
    """What a group of titles is worth to each program: the share of a title that the words make up, at best."""
    columns, reference, table = snapshot.columns, snapshot.reference, snapshot.text.title_table
    worth = np.where(table.kinds[titles] == CERTIFICATION, np.float32(OPENS), np.float32(TITLE))
    worth = worth * np.minimum(held / table.lengths[titles], 1)
    per_occupation = np.zeros(len(reference.occupation_codes), dtype=np.float32)
    np.maximum.at(per_occupation, table.occupations[titles], worth)
    per_field = np.zeros(len(reference.field_codes) + 1, dtype=np.float32)
    reach = reference.occupations
    np.maximum.at(per_field, reach.fields, per_occupation[reach.targets] * table.step_worth)
    weights = per_field[columns.field]
    np.maximum.at(weights, columns.occupation_program, per_occupation[columns.occupation])
    named = table.jobs[titles] >= 0
    if named.any():
        per_job = np.zeros(len(reference.job_slugs), dtype=np.float32)
        np.maximum.at(per_job, table.jobs[titles][named], worth[named])
        np.maximum.at(weights, columns.job_program, per_job[columns.job])
    return weights if weights.any() else None


def _phrase_bonus(snapshot: "Snapshot", words: Sequence[Word], worth: float) -> Floats32 | float:
    """``PHRASE`` for programs whose name, school, field, award or certification holds the words in their order."""
    if len(words) < 2:
        return 0.0
    columns, index, vocabulary = snapshot.columns, snapshot.text, snapshot.vocabulary
    bonus = np.zeros(columns.size, dtype=np.float32)
    for postings, texts, positions in (
        (index.names, vocabulary.names, columns.name),
        (index.schools, [row.name for row in vocabulary.schools], columns.school),
        (index.fields, snapshot.reference.field_titles, columns.field),
        (index.levels, index.level_texts, columns.level),
    ):
        hits = _holding_phrase(postings, texts, words)
        if hits is not None:
            np.maximum(bonus, hits[positions], out=bonus)
    hits = _holding_phrase(index.certifications, [row.name for row in vocabulary.certifications], words)
    if hits is not None:
        np.maximum.at(bonus, columns.certification_program, hits[columns.certification])
    return bonus * np.float32(worth)


def _holding_phrase(postings: Postings, texts: Sequence[str], words: Sequence[Word]) -> Floats32 | None:
    candidates: Int32s | None = None
    for word in words:
        held = [postings.table[key][0] for key in word.keys if key in postings.table]
        if not held:
            return None
        units = np.unique(np.concatenate(held))
        candidates = units if candidates is None else np.intersect1d(candidates, units, assume_unique=True)
    if candidates is None:
        return None
    phrase = " " + " ".join(word.keys[0] for word in words) + " "
    hits = [at for at in candidates.tolist() if phrase in _phrase_of(texts[at])]
    if not hits:
        return None
    found = np.zeros(postings.size + 1, dtype=np.float32)
    found[hits] = PHRASE
    return found


@lru_cache(maxsize=100_000)
def _phrase_of(text: str) -> str:
    return f" {' '.join(words_of(text))} "
