"""Which of many short texts hold a word, or one that begins so: two bisections instead of reading them all."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..arrays import Int32s, Mask

PAST_ANY_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Every word of the texts once, in order; ``texts`` from ``starts[n]`` on are those that hold the word ``n``."""

    words: list[str]
    starts: Int32s
    texts: Int32s
    size: int

    @classmethod
    def of(cls, words_of_texts: Iterable[Iterable[str]]) -> "Beginnings":
        found: dict[str, list[int]] = {}
        size = 0
        for size, words in enumerate(words_of_texts, start=1):
            for word in words:
                found.setdefault(word, []).append(size - 1)
        words = sorted(found)
        lengths = [len(found[word]) for word in words]
        texts = [at for word in words for at in found[word]]
        return cls(words, np.cumsum([0, *lengths], dtype=np.int32), np.array(texts, dtype=np.int32), size)

    def holding(self, word: str) -> Mask:
        """A mask of the texts that hold ``word``."""
        first = bisect_left(self.words, word)
        return self._mask(first, first + (self.words[first : first + 1] == [word]))

    def beginning(self, start: str) -> Mask:
        """A mask of the texts that hold a word which begins with ``start``."""
        return self._mask(bisect_left(self.words, start), bisect_left(self.words, start + PAST_ANY_LETTER))

    def _mask(self, first: int, end: int) -> Mask:
        mask = np.zeros(self.size, dtype=bool)
        mask[self.texts[self.starts[first] : self.starts[end]]] = True
        return mask
