"""Text search over the catalog's few distinct texts, folded to programs.

A catalog of 267,595 programs has some 1,600 fields, 6,000 schools and 60,000 job titles: every word is matched once
against each of those and reaches programs through the columns. A broad word ("university") then costs what a rare
one does, where an index of one document a program hands over 100,000 hits one by one (97 ms through Tantivy's
Python binding for a word in every document, under 3 ms here; both measured on the national catalog's size).

Every word must be found in a program's own texts (name, school and place, field, award, certifications); a job title
that leads to the program's field may stand in for all the words it holds itself.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from programs.choices import GROUP_OF_LEVEL, US_STATES, AwardLevel, LevelGroup

from .columns import LEVELS
from .words import TOKEN, fold, query_words, stem, words_of

NAME, CERTIFICATION, FIELD, SCHOOL, TITLE, PLACE, GROUP, FAMILY, LEVEL = 8.0, 6.0, 4.0, 3.0, 3.0, 2.0, 1.5, 1.0, 1.0
"""What a word is worth where it is found; all a program can be ranked by, besides how rare the word is."""

PHRASE = 4.0
"""Added where a name, field or certification holds all words of the query in their order."""


class Postings:
    """For each word, the texts that hold it and its weight in them."""

    def __init__(self, table: dict[str, tuple[np.ndarray, np.ndarray]], size: int):
        self.table = table
        self.size = size

    @classmethod
    def of(cls, texts: list[dict[str, float]]) -> "Postings":
        """From one {word: weight} a text."""
        return cls({}, 0).plus(texts)

    def plus(self, texts: list[dict[str, float]]) -> "Postings":
        """These postings with more texts after them; this object stays as it is."""
        found = defaultdict(lambda: ([], []))
        for at, words in enumerate(texts, start=self.size):
            for word, weight in words.items():
                units, weights = found[word]
                units.append(at)
                weights.append(weight)
        table = dict(self.table)
        for word, (units, weights) in found.items():
            units, weights = np.array(units, dtype=np.int32), np.array(weights, dtype=np.float32)
            if word in table:
                units, weights = (np.concatenate(pair) for pair in zip(table[word], (units, weights), strict=True))
            table[word] = units, weights
        return Postings(table, self.size + len(texts))

    def weights(self, keys) -> np.ndarray | None:
        """The weight of a query word (its ``keys``) in each text, with one 0 more at the end; None if nowhere."""
        present = [self.table[key] for key in keys if key in self.table]
        if not present:
            return None
        weights = np.zeros(self.size + 1, dtype=np.float32)
        for units, values in present:
            weights[units] = np.maximum(weights[units], values)
        return weights


@dataclass(frozen=True, slots=True)
class Word:
    """A query word as it was typed, and the index words it stands for."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Which programs match (a mask) and how well (0 where they do not)."""

    mask: np.ndarray
    score: np.ndarray


def weigh(text: str, weight: float, into: dict[str, float] | None = None) -> dict[str, float]:
    """The words of a text with their weight; the shorter the text, the more each word says about it."""
    into = {} if into is None else into
    words = words_of(text)
    value = weight * (0.5 + 0.5 / max(len(words), 1))
    for word in words:
        into[word] = max(into.get(word, 0.0), value)
    return into


def keys_of(word: str) -> tuple[str, ...]:
    """How a query word is looked up: as it is written, and by its stem."""
    lower = word.lower()
    return tuple(dict.fromkeys((lower, stem(lower.rstrip("+")) if not lower.endswith("+") else lower)))


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Postings by kind of text; ``surface`` are the words as written, for correcting typing errors."""

    names: Postings
    schools: Postings
    certifications: Postings
    fields: Postings
    levels: Postings
    titles: Postings
    title_occupation: np.ndarray
    title_job: np.ndarray
    """Position of the job title that has this name, or -1."""
    title_length: np.ndarray
    title_texts: list[str]
    surface: frozenset[str]

    @classmethod
    def build(cls, vocabulary, reference) -> "TextIndex":
        titles = _title_table(reference)
        texts = [title for title, _, _ in titles]
        titles_words = [dict.fromkeys(words_of(text), 1.0) for text in texts]
        return cls(
            names=Postings.of([weigh(name, NAME) for name in vocabulary.names]),
            schools=Postings.of([_school_words(row) for row in vocabulary.schools]),
            certifications=Postings.of([_certification_words(row) for row in vocabulary.certifications]),
            fields=Postings.of(_field_words(reference)),
            levels=Postings.of([_level_words(level) for level in LEVELS]),
            titles=Postings.of(titles_words),
            title_occupation=np.array([occupation for _, occupation, _ in titles], dtype=np.int32),
            title_job=np.array([job for _, _, job in titles], dtype=np.int32),
            title_length=np.array([max(len(words), 1) for words in titles_words], dtype=np.float32),
            title_texts=texts,
            surface=surface_words(
                [
                    *vocabulary.names,
                    *reference.field_titles,
                    *texts,
                    *(" ".join((row[2], row[5], US_STATES.get(row[6], ""))) for row in vocabulary.schools),
                    *(" ".join((row[2], row[5])) for row in vocabulary.certifications),
                    *AwardLevel.labels,
                ]
            ),
        )

    def plus(self, vocabulary) -> "TextIndex":
        """With the names, schools and certifications that ``vocabulary`` has gained."""
        names = vocabulary.names[self.names.size :]
        schools = vocabulary.schools[self.schools.size :]
        certifications = vocabulary.certifications[self.certifications.size :]
        if not (names or schools or certifications):
            return self
        return TextIndex(
            names=self.names.plus([weigh(name, NAME) for name in names]),
            schools=self.schools.plus([_school_words(row) for row in schools]),
            certifications=self.certifications.plus([_certification_words(row) for row in certifications]),
            fields=self.fields,
            levels=self.levels,
            titles=self.titles,
            title_occupation=self.title_occupation,
            title_job=self.title_job,
            title_length=self.title_length,
            title_texts=self.title_texts,
            surface=self.surface
            | surface_words([*names, *(row[2] for row in schools), *(row[2] for row in certifications)]),
        )

    @property
    def _all(self) -> tuple[Postings, ...]:
        return self.names, self.schools, self.certifications, self.fields, self.levels, self.titles

    def knows(self, keys) -> bool:
        return any(key in postings.table for key in keys for postings in self._all)

    def read(self, text: str, *, exact: bool) -> tuple[list[Word], str | None]:
        """The words of a query, and the query as it was corrected, or None where nothing was.

        Codes, acronyms in capitals and words with digits are never corrected; nor is anything when ``exact``.
        """
        words, replaced = [], {}
        for typed in query_words(text):
            keys = keys_of(typed)
            if not exact and not self.knows(keys) and (better := self._correct(typed)):
                replaced[typed] = better
                keys = keys_of(better)
            words.append(Word(replaced.get(typed, typed), keys))
        if not replaced:
            return words, None
        return words, TOKEN.sub(lambda found: replaced.get(found[0], found[0]), fold(text))

    def _correct(self, typed: str) -> str | None:
        word = typed.lower()
        if len(word) < 4 or not word.isalpha() or (typed.isupper() and len(typed) <= 6):
            return None
        near = process.extract(
            word, self.surface, scorer=OSA.distance, score_cutoff=1 if len(word) < 6 else 2, limit=25
        )
        longer = [(known, 1, None) for known in self.surface if known.startswith(word)]
        ranked = sorted(
            (distance, known[0] != word[0], -self._spread(known), len(known), known)
            for known, distance, _ in [*near, *longer]
        )
        return ranked[0][-1] if ranked else None

    def _spread(self, word: str) -> float:
        """How much of the catalog speaks of a word."""
        return sum(
            len(postings.table[key][0]) for key in keys_of(word) for postings in self._all if key in postings.table
        )


def surface_words(texts) -> frozenset[str]:
    """The words a typing error may be corrected to: plain words of four letters and more."""
    found = set()
    for text in set(texts):
        found.update(
            part for token in TOKEN.findall(fold(text)) for part in token.lower().split("-") if part.isalpha()
        )
    return frozenset(word for word in found if len(word) >= 4)


def _title_table(reference) -> list[tuple[str, int, int]]:
    """(title, occupation, job or -1): the titles people use, each occupation's own, and the job titles' names."""
    rows = [(title, occupation, -1) for title, occupation in reference.titles]
    rows += [(title, at, -1) for at, title in enumerate(reference.occupation_titles)]
    rows += [(code, at, -1) for at, code in enumerate(reference.occupation_codes)]
    for job, occupation in zip(*(pairs.tolist() for pairs in reference.job_occupations), strict=True):
        rows += [(text, occupation, job) for text in (reference.job_names[job], *reference.job_aliases[job])]
    return rows


def _school_words(row) -> dict[str, float]:
    _, _, name, acronym, aliases, city, state, *_ = row
    words = weigh(name, SCHOOL)
    for alias in (acronym, *aliases):
        weigh(alias, SCHOOL, words)
    weigh(city, PLACE, words)
    weigh(US_STATES.get(state, ""), PLACE, words)
    if state:
        words[state.lower()] = max(words.get(state.lower(), 0.0), PLACE)
    return words


def _certification_words(row) -> dict[str, float]:
    _, _, name, acronym, aliases, issuer = row
    words = weigh(name, CERTIFICATION)
    for alias in (acronym, *aliases):
        weigh(alias, CERTIFICATION, words)
    return weigh(issuer, CERTIFICATION / 2, words)


def _field_words(reference) -> list[dict[str, float]]:
    title_of = dict(zip(reference.field_codes, reference.field_titles, strict=True))
    texts = []
    for code, title in title_of.items():
        words = weigh(title, FIELD)
        for prefix, weight in ((code[:5], GROUP), (code[:2], FAMILY)):
            weigh(title_of.get(prefix, ""), weight, words)
            words[prefix] = FIELD
        words[code] = NAME
        texts.append(words)
    return texts


def _level_words(level: int | None) -> dict[str, float]:
    label = "Non-credit" if level is None else AwardLevel(level).label
    return weigh(LevelGroup(GROUP_OF_LEVEL[level]).label, LEVEL, weigh(label, LEVEL))


def match_text(snapshot, words: list[Word]) -> TextMatch:
    """The programs that match all ``words``, and how well.

    The worth of a word grows with its rarity (logarithm of programs over programs that hold it in their own texts).
    """
    columns, index = snapshot.columns, snapshot.text
    own = [_own_weights(snapshot, word.keys) for word in words]
    rarity = [np.log1p(columns.size / (1 + np.count_nonzero(weights))) for weights in own]
    score = np.ones(columns.size, dtype=np.float32)
    for weights in own:
        score *= weights > 0
    total = np.zeros(columns.size, dtype=np.float32)
    for weights, worth in zip(own, rarity, strict=True):
        total += weights * np.float32(worth)
    score *= total
    score += _phrase_bonus(snapshot, words) * (score > 0)

    for held, group in _title_groups(index, words):
        missing = [at for at in range(len(words)) if at not in held]
        through = _title_weights(snapshot, group, len(held))
        through *= np.float32(sum(rarity[at] for at in held))
        for at in missing:
            through *= own[at] > 0
        if missing:
            rest = sum(own[at] * np.float32(rarity[at]) for at in missing)
            through += rest * (through > 0)
        np.maximum(score, through, out=score)
    return TextMatch(score > 0, score)


def _own_weights(snapshot, keys) -> np.ndarray:
    """The best weight of a word in each program's own texts."""
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


def _title_groups(index: TextIndex, words: list[Word]):
    """Job titles by which of the words they hold: (positions of the words, positions of the titles)."""
    held = np.zeros(index.titles.size, dtype=np.int32)
    for at, word in enumerate(words):
        for key in word.keys:
            if key in index.titles.table:
                held[index.titles.table[key][0]] |= 1 << at
    touched = np.flatnonzero(held)
    patterns = held[touched]
    for pattern in np.unique(patterns):
        yield {at for at in range(len(words)) if pattern >> at & 1}, touched[patterns == pattern]


def _title_weights(snapshot, titles: np.ndarray, held: int) -> np.ndarray:
    """What a group of titles is worth to each program: the share of a title that the words make up, at best."""
    columns, index, reference = snapshot.columns, snapshot.text, snapshot.reference
    share = TITLE * held / np.maximum(index.title_length[titles], held)
    per_occupation = np.zeros(len(reference.occupation_codes), dtype=np.float32)
    np.maximum.at(per_occupation, index.title_occupation[titles], share)
    per_field = np.zeros(len(reference.field_codes) + 1, dtype=np.float32)
    np.maximum.at(per_field, reference.occupations.fields, per_occupation[reference.occupations.targets])
    weights = per_field[columns.field]
    np.maximum.at(weights, columns.occupation_program, per_occupation[columns.occupation])
    named = index.title_job[titles] >= 0
    if named.any():
        per_job = np.zeros(len(reference.job_slugs), dtype=np.float32)
        np.maximum.at(per_job, index.title_job[titles][named], share[named])
        np.maximum.at(weights, columns.job_program, per_job[columns.job])
    return weights


def _phrase_bonus(snapshot, words: list[Word]) -> np.ndarray | float:
    """``PHRASE`` for programs whose name, field or certification holds the words in their order."""
    if len(words) < 2:
        return 0.0
    columns, index, vocabulary = snapshot.columns, snapshot.text, snapshot.vocabulary
    bonus = np.zeros(columns.size, dtype=np.float32)
    for postings, texts, positions in (
        (index.names, vocabulary.names, columns.name),
        (index.fields, snapshot.reference.field_titles, columns.field),
    ):
        hits = _holding_phrase(postings, texts, words)
        if hits is not None:
            np.maximum(bonus, hits[positions], out=bonus)
    hits = _holding_phrase(index.certifications, [row[2] for row in vocabulary.certifications], words)
    if hits is not None:
        np.maximum.at(bonus, columns.certification_program, hits[columns.certification])
    return bonus


def _holding_phrase(postings: Postings, texts: list[str], words: list[Word]) -> np.ndarray | None:
    candidates = None
    for word in words:
        units = [postings.table[key][0] for key in word.keys if key in postings.table]
        if not units:
            return None
        units = np.unique(np.concatenate(units))
        candidates = units if candidates is None else np.intersect1d(candidates, units, assume_unique=True)
    phrase = " " + " ".join(word.keys[-1] for word in words) + " "
    hits = [at for at in candidates.tolist() if phrase in f" {' '.join(words_of(texts[at]))} "]
    if not hits:
        return None
    found = np.zeros(postings.size + 1, dtype=np.float32)
    found[hits] = PHRASE
    return found
