"""Which known words a mistyped one may be meant for.

A word is corrected only where the error is one that people make. A letter lost, doubled or swapped, ``f`` for ``ph``
and, from six letters on, one vowel for another are such in any word; one letter too many or a wrong consonant is in a
long word, or for a common one, and never in a proper name: those are near to everything ("cocina" to Covina).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .beginnings import PAST_ANY_LETTER
from .words import tokens_of

SHORTEST, SHORT, LONG, LONGER = 4, 6, 8, 9
"""Letters of a typed word: below the first nothing is corrected, below the second no vowel is exchanged; from the
third on any one error is believed, from the last on two."""

TWICE = re.compile(r"(.)\1")
VOWELS = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Near:
    """A known word near to a typed one. ``rank`` says how near, the smallest first; what is not ``is_sure`` needs a
    word that many texts hold."""

    word: str
    rank: tuple[float, bool, float]
    is_sure: bool


class Spelling:
    """The known words of four letters and more. ``names`` are in proper names alone, ``compounds`` had a hyphen.

    Words of ``prose`` are right as they are, known or not.
    """

    def __init__(self, words: frozenset[str], names: frozenset[str], compounds: frozenset[str], prose: frozenset[str]):
        self.words, self.names, self.compounds, self.prose = words, names - words, compounds, prose

    @classmethod
    def of(cls, texts: Iterable[str], *, names: Iterable[str], prose: frozenset[str]) -> "Spelling":
        return cls(frozenset(), frozenset(), frozenset(), prose).plus(texts, names=names)

    def plus(self, texts: Iterable[str], *, names: Iterable[str]) -> "Spelling":
        """With the words of more texts and of more names of schools and places."""
        words, compounds = _words_in(texts)
        named, more = _words_in(names)
        return Spelling(self.words | words, self.names | named, self.compounds | compounds | more, self.prose)

    def words_from(self, start: str) -> list[str]:
        """The known words that begin with ``start``, in order; none that is only a name."""
        return _beginning(self._words_in_order, start)

    def compounds_from(self, start: str) -> list[str]:
        return _beginning(self._compounds_in_order, start)

    def near(self, word: str) -> list[Near]:
        """The words that a lower-case ``word``, itself unknown, may be meant for, in no order."""
        heard, most = _heard(word), 2 if len(word) >= LONGER else 1
        if word in self.prose or len(heard) < SHORTEST:
            return []
        near = []
        for other, distance, _ in process.extract(
            heard, self._by_sound.keys(), scorer=OSA.distance, score_cutoff=most, limit=50
        ):
            slip = _is_slip(heard, other, distance)
            for known in self._by_sound[other] if other[0] == heard[0] else ():
                if slip or (OSA.distance(word, known) == 1 and known not in self.names and len(word) >= SHORT):
                    rank = (distance, not slip, OSA.distance(word, known))
                    near.append(Near(known, rank, is_sure=slip or len(word) >= LONG))
        return near

    @cached_property
    def _words_in_order(self) -> list[str]:
        return sorted(self.words | self.compounds)

    @cached_property
    def _compounds_in_order(self) -> list[str]:
        return sorted(self.compounds)

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in sorted(self.words | self.names | self.compounds):
            found.setdefault(_heard(word), []).append(word)
        return found


def _words_in(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The plain words of four letters and more, and those written with a hyphen, without it."""
    words, compounds = set(), set()
    for text in set(texts):
        for token in tokens_of(text):
            parts = token.lower().split("-")
            words.update(parts)
            if len(parts) > 1:
                compounds.add("".join(parts))
    return _long_enough(words), _long_enough(compounds)


def _long_enough(words: set[str]) -> frozenset[str]:
    return frozenset(word for word in words if len(word) >= SHORTEST and word.isalpha())


def _beginning(words: list[str], start: str) -> list[str]:
    return words[bisect_left(words, start) : bisect_left(words, start + PAST_ANY_LETTER)]


def _heard(word: str) -> str:
    """A word without what is written twice and heard once."""
    return TWICE.sub(r"\1", word.replace("ph", "f"))


def _is_slip(typed: str, known: str, distance: int) -> bool:
    """Whether letters were lost or swapped, or vowels exchanged; both as they are heard, ``distance`` apart."""
    if distance == 0 or (distance == 1 and _lost_or_swapped(typed, known)):
        return True
    if len(typed) < SHORT:
        return False
    typed_bones, known_bones = VOWELS.sub("", typed), VOWELS.sub("", known)
    if typed_bones == known_bones:
        return len(typed) <= len(known)
    return distance == 2 and OSA.distance(typed_bones, known_bones) == 1 and _lost_or_swapped(typed_bones, known_bones)


def _lost_or_swapped(typed: str, known: str) -> bool:
    """Of two words one error apart."""
    return len(known) > len(typed) or sorted(known) == sorted(typed)
