"""Text search over the catalog's few distinct texts, folded to programs.

A catalog of 267,595 programs has some 1,600 fields, 6,000 schools and 60,000 job titles: every word is matched once
against each of those and reaches programs through the columns. A broad word ("university") then costs what a rare
one does, where an index of one document a program hands over 100,000 hits one by one (97 ms through Tantivy's
Python binding for a word in every document, under 3 ms here; both measured on the national catalog's size).

Every word must be found in a program's own texts (name, school and place, field, award, certifications); a job title
that leads to the program's field may stand in for all the words it holds itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from programs.choices import GROUP_OF_LEVEL, US_STATES, AwardLevel, LevelGroup

from ..arrays import Floats32, Int32s
from ..index.columns import LEVELS, Columns
from ..index.loading import CertificationRow, SchoolRow, Vocabulary
from ..index.reference import Reference
from ..index.titles import TitleTable
from .spelling import Spelling
from .words import AWARD, MEANS, STATE, TOKEN, fold, keys_of, query_words, side_words, stem, words_of

NAME, CERTIFICATION, FIELD, SCHOOL, PLACE, LEVEL, GROUP, FAMILY = 8.0, 6.0, 4.0, 2.5, 2.0, 2.0, 1.5, 1.0
"""What a word is worth where it is found; all a program can be ranked by, besides how rare the word is."""

OPENS, TITLE = 4.0, 3.0
"""The same for words of a certification or job title that the program's field leads to."""

PHRASE = 4.0
"""Added per word where a name, field, award or certification holds all words of the query in their order."""

USUAL = 0.15
"""The share of a name's worth that only the most usual one has, so that "nursing" begins with registered nursing."""

ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
"""An acronym in a field's title names it as well as its code does, however long the title."""

SIDE = 0.8
"""The share of its worth that a word keeps in another form (``biller`` for ``billing``)."""

COMMON = 40
"""In so many texts a word stands that a short one with a wrong letter may be meant for."""

OFTEN = {1: (3, 0.05), 2: (2, 0.03)}
"""When titles that hold some of the words, and others besides, count: so many titles of an occupation do, and they
make up this share of its titles; for one word, and for two or more. Otherwise "nursing" would reach every field that
leads to managers, one of whose 200 titles is "Nursing Home Manager"."""


class Postings:
    """For each word, the texts that hold it and its weight in them."""

    def __init__(self, table: dict[str, tuple[Int32s, Floats32]], size: int):
        self.table = table
        self.size = size

    @classmethod
    def of(cls, texts: list[dict[str, float]]) -> "Postings":
        """From one {word: weight} a text."""
        return cls({}, 0).plus(texts)

    def plus(self, texts: list[dict[str, float]]) -> "Postings":
        """These postings with more texts after them; this object stays as it is."""
        found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        for at, words in enumerate(texts, start=self.size):
            for word, weight in words.items():
                at_word, weight_of_word = found[word]
                at_word.append(at)
                weight_of_word.append(weight)
        table = dict(self.table)
        for word, (at_word, weight_of_word) in found.items():
            units, weights = np.array(at_word, dtype=np.int32), np.array(weight_of_word, dtype=np.float32)
            if word in table:
                units = np.concatenate([table[word][0], units])
                weights = np.concatenate([table[word][1], weights])
            table[word] = units, weights
        return Postings(table, self.size + len(texts))

    def weights(self, keys: Iterable[str]) -> Floats32 | None:
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
    """A query word as it was typed, and the index words it stands for.

    ``means`` are the keys of each word of its longer meaning (``MEANS``), which a program must hold together.
    """

    text: str
    keys: tuple[str, ...]
    means: tuple[tuple[str, ...], ...] = ()


def weigh(text: str, weight: float, into: dict[str, float] | None = None) -> dict[str, float]:
    """The words of a text with their weight; the shorter the text, the more each word says about it."""
    into = {} if into is None else into
    words = set(words_of(text))
    value = weight * (0.5 + 0.5 / max(len(words), 1))
    for word in words:
        into[word] = max(into.get(word, 0.0), value)
    for word in side_words(text):
        into[word] = max(into.get(word, 0.0), value * SIDE)
    return into


def meaning_of(word: str) -> tuple[tuple[str, ...], ...]:
    """The keys of each word that ``word`` is short for; empty for most."""
    return tuple(keys_of(meant) for meant in MEANS.get(word.lower(), "").split())


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Postings by kind of text, and the words as they are written, for correcting typing errors."""

    names: Postings
    schools: Postings
    certifications: Postings
    fields: Postings
    levels: Postings
    titles: Postings
    title_table: TitleTable
    spelling: Spelling

    @classmethod
    def build(cls, vocabulary: Vocabulary, reference: Reference, columns: Columns) -> "TextIndex":
        titles = TitleTable.of(reference, columns)
        programs = np.log1p(np.bincount(columns.name, minlength=len(vocabulary.names)))
        usual = 1 - USUAL + USUAL * programs / max(programs.max(initial=0), 1)
        return cls(
            names=Postings.of(
                [weigh(name, NAME * worth) for name, worth in zip(vocabulary.names, usual.tolist(), strict=True)]
            ),
            schools=Postings.of([_school_words(row) for row in vocabulary.schools]),
            certifications=Postings.of([_certification_words(row) for row in vocabulary.certifications]),
            fields=Postings.of(_field_words(reference)),
            levels=Postings.of([_level_words(level) for level in LEVELS]),
            titles=Postings.of([dict.fromkeys([*words_of(text), *side_words(text)], 1.0) for text in titles.texts]),
            title_table=titles,
            spelling=Spelling.of(
                [
                    *vocabulary.names,
                    *reference.field_titles,
                    *titles.texts,
                    *(text for row in vocabulary.certifications for text in (row.name, row.issuer__name)),
                    *AwardLevel.labels,
                ],
                names=[*US_STATES.values(), *(text for row in vocabulary.schools for text in (row.name, row.city))],
                prose=reference.prose,
            ),
        )

    def plus(self, vocabulary: Vocabulary) -> "TextIndex":
        """With the names, schools and certifications that ``vocabulary`` has gained."""
        names = vocabulary.names[self.names.size :]
        schools = vocabulary.schools[self.schools.size :]
        certifications = vocabulary.certifications[self.certifications.size :]
        if not (names or schools or certifications):
            return self
        return replace(
            self,
            names=self.names.plus([weigh(name, NAME) for name in names]),
            schools=self.schools.plus([_school_words(row) for row in schools]),
            certifications=self.certifications.plus([_certification_words(row) for row in certifications]),
            spelling=self.spelling.plus(
                [*names, *(row.name for row in certifications)],
                names=[text for row in schools for text in (row.name, row.city)],
            ),
        )

    @property
    def level_texts(self) -> list[str]:
        return [_level_text(level) for level in LEVELS]

    @property
    def _all(self) -> tuple[Postings, ...]:
        return self.names, self.schools, self.certifications, self.fields, self.levels, self.titles

    def knows(self, keys: Iterable[str]) -> bool:
        return any(key in postings.table for key in keys for postings in self._all)

    def read(self, text: str, *, exact: bool = False) -> tuple[list[Word], str | None]:
        """The words of a query, and the query as it was corrected, or None where nothing was.

        Codes, acronyms in capitals and words with digits are never corrected. When ``exact``, words stand for
        themselves alone.
        """
        read = {typed: keys_of(typed) for typed in query_words(text)}
        if exact:
            return [Word(_plain(typed), keys) for typed, keys in read.items()], None
        for first, second in pairwise(list(read)):
            joined = f"{first}{second}".lower()
            more = [key for key in (stem(joined),) if self.knows((key,))]  # "cyber security" finds cybersecurity
            more += self.spelling.compounds_from(joined)  # "pre-med" finds pre-medicine
            read[first], read[second] = (*read[first], *more), (*read[second], *more)
        replaced = {}
        for typed in [typed for typed, keys in read.items() if typed.lower() not in MEANS and not self.knows(keys)]:
            if not self._may_be_wrong(typed):
                continue
            if begun := self.spelling.words_from(typed.lower()):  # "psych" finds psychology and psychiatry
                read[typed] = tuple(dict.fromkeys(key for word in begun for key in (stem(word), word)))
            elif better := self._correct(typed.lower(), read):
                replaced[typed], read[typed] = better, keys_of(better)
        words = [Word(_plain(replaced.get(typed, typed)), keys, meaning_of(typed)) for typed, keys in read.items()]
        if not replaced:
            return words, None
        return words, " ".join(TOKEN.sub(lambda found: replaced.get(found[0], found[0]), fold(text)).split())

    @staticmethod
    def _may_be_wrong(typed: str) -> bool:
        return len(typed) >= 4 and typed.isalpha() and not (typed.isupper() and len(typed) <= 6)

    def _correct(self, word: str, read: dict[str, tuple[str, ...]]) -> str | None:
        """The nearest known word: first by letters, then by how often it stands beside the query's other words."""
        others = {key for keys in read.values() if self.knows(keys) for key in keys}
        ranked = sorted(
            (near.rank, -self._beside(near.word, others), -self._spread(near.word), len(near.word), near.word)
            for near in self.spelling.near(word)
            if near.is_sure or self._spread(near.word) >= COMMON
        )
        return ranked[0][-1] if ranked else None

    def _beside(self, word: str, others: set[str]) -> int:
        """In how many texts a word stands beside one of ``others``."""
        beside = 0
        for postings in self._all:
            holding, with_others = (
                [postings.table[key][0] for key in keys if key in postings.table] for keys in (keys_of(word), others)
            )
            if holding and with_others:
                beside += len(np.intersect1d(np.concatenate(holding), np.concatenate(with_others)))
        return beside

    def _spread(self, word: str) -> int:
        """How much of the catalog speaks of a word."""
        return sum(
            len(postings.table[key][0]) for key in keys_of(word) for postings in self._all if key in postings.table
        )


def _plain(word: str) -> str:
    """A query word as it was typed, without the sign that says what it can only mean."""
    return word.removeprefix(STATE).removeprefix(AWARD)


def _school_words(row: SchoolRow) -> dict[str, float]:
    words = weigh(row.name, SCHOOL)
    for alias in (row.acronym, *row.aliases):
        weigh(alias, SCHOOL, words)
    weigh(row.city, PLACE, words)
    weigh(US_STATES.get(row.state, ""), PLACE, words)
    if row.state:
        words[STATE + row.state.lower()] = PLACE
    return words


def _certification_words(row: CertificationRow) -> dict[str, float]:
    words = weigh(row.name, CERTIFICATION)
    for alias in (row.acronym, *row.aliases):
        weigh(alias, CERTIFICATION, words)
    return weigh(row.issuer__name, CERTIFICATION / 2, words)


def _field_words(reference: Reference) -> list[dict[str, float]]:
    title_of = dict(zip(reference.field_codes, reference.field_titles, strict=True))
    texts = []
    for code, title in title_of.items():
        words = weigh(title, FIELD)
        for prefix, weight in ((code[:5], GROUP), (code[:2], FAMILY)):
            weigh(title_of.get(prefix, ""), weight, words)
            words[prefix] = FIELD
            words |= {token.lower(): NAME for token in ACRONYM.findall(title_of.get(prefix, ""))}
        words |= {token.lower(): NAME for token in ACRONYM.findall(title)}
        words[code] = NAME
        texts.append(words)
    return texts


def _level_words(level: int | None) -> dict[str, float]:
    group = LevelGroup(GROUP_OF_LEVEL[level])
    return weigh(group.label, LEVEL, weigh(_level_text(level), LEVEL)) | {AWARD + group: LEVEL}


def _level_text(level: int | None) -> str:
    return "Non-credit" if level is None else AwardLevel(level).label
