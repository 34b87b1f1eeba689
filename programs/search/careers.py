"""Finds careers by what people call them: job titles and occupations, by any reported or alternate title."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from programs.models import JobTitle, Occupation

from .arrays import Int8s, Int16s, Int32s, Ints, Mask
from .index.reference import Reference
from .text.beginnings import Beginnings
from .text.words import keys_of, query_words, side_words, tokens_of, words_of

if TYPE_CHECKING:
    from .index.snapshot import Snapshot

CAREERS_A_PAGE = 60
"""Job titles, and occupations, that one page lists."""

EXACT, NAMED, ALIKE, NOT_OWN, TOGETHER = 0, 1, 2, 2, 5
"""How a career's names hold the words, the best first: one is the words, has them as they are, has them in another
form. ``NOT_OWN`` is added for another title than its own name, unless that is the very words; where no one name holds
all words, the careers count that hold them ``TOGETHER``."""

IN_BRACKETS = re.compile(r"\(([^)]*)\)")
FORM = "~"
"""Before a word in another form than it is written in."""


@dataclass(frozen=True)
class Found:
    """A job title or an occupation; ``called`` is the other title that matched, empty when its own name did."""

    target: JobTitle | Occupation
    called: str = ""


@dataclass(frozen=True)
class CareerPage:
    """One page of the job titles and of the occupations found, each best first, and how many there are of both."""

    job_titles: list[Found]
    occupations: list[Found]
    job_title_total: int
    occupation_total: int
    number: int

    @property
    def pages(self) -> int:
        return pages_of(self.job_title_total, self.occupation_total)

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def pages_of(*totals: int) -> int:
    return max(1, *(-(-total // CAREERS_A_PAGE) for total in totals))


def find_careers(text: str, snapshot: "Snapshot", *, number: int = 1) -> CareerPage:
    """Page ``number`` of the careers that ``text`` names; one past the last gives the last. Two statements.

    Every word must be in one title: as it is, in another form, or as the beginning of a word; where none holds all,
    in the titles of one career.
    """
    names = snapshot.careers
    targets, called = names.find(query_words(text))
    jobs, occupations = targets[targets < names.jobs], targets[targets >= names.jobs]
    number = min(max(number, 1), pages_of(len(jobs), len(occupations)))
    shown = slice((number - 1) * CAREERS_A_PAGE, number * CAREERS_A_PAGE)
    records = JobTitle.objects.published().in_bulk([names.keys[at] for at in jobs[shown].tolist()])
    others = Occupation.objects.in_bulk([names.keys[at] for at in occupations[shown].tolist()])

    def listed(found: Ints, by_pk: Mapping[int, JobTitle] | Mapping[int, Occupation]) -> list[Found]:
        keys = [(names.keys[at], at) for at in found[shown].tolist()]
        return [Found(by_pk[pk], called(at)) for pk, at in keys if pk in by_pk]

    return CareerPage(listed(jobs, records), listed(occupations, others), len(jobs), len(occupations), number)


@dataclass(frozen=True, slots=True)
class CareerNames:
    """Every name of every career. ``targets`` says whose: first the job titles, from ``jobs`` on the occupations."""

    texts: list[str]
    targets: Int32s
    is_own: Mask
    lengths: Int16s
    """Words in each name."""
    words: Beginnings
    keys: list[int]
    """The primary key of each target."""
    jobs: int
    order: Int32s
    """The place of each job title among those found equally well: curated ones first, then short ones."""

    @classmethod
    def of(cls, reference: Reference) -> "CareerNames":
        jobs = len(reference.job_names)
        rows = [(name, at, True) for at, name in enumerate(reference.job_names)]
        rows += [(alias, at, False) for at, aliases in enumerate(reference.job_aliases) for alias in aliases]
        rows += [(title, jobs + at, True) for at, title in enumerate(reference.occupation_titles)]
        rows += [(code, jobs + at, True) for at, code in enumerate(reference.occupation_codes)]
        rows += [(title, jobs + at, False) for title, at in reference.titles]
        names = reference.job_names
        curated_first = sorted(
            range(jobs), key=lambda at: (not reference.job_is_curated[at], len(names[at]), names[at])
        )
        order = np.zeros(jobs + len(reference.occupation_codes), dtype=np.int32)
        order[curated_first] = np.arange(jobs)
        return cls(
            texts=[row[0] for row in rows],
            targets=np.array([row[1] for row in rows], dtype=np.int32),
            is_own=np.array([row[2] for row in rows], dtype=bool),
            lengths=np.array([len(_parts(row[0])) for row in rows], dtype=np.int16),
            words=Beginnings.of(_indexed(row[0]) for row in rows),
            keys=[*reference.job_index, *reference.occupation_index],
            jobs=jobs,
            order=order,
        )

    def find(self, words: list[str]) -> tuple[Ints, Callable[[int], str]]:
        """The targets found, the best first; and what tells by which other name one was found, empty for its own."""
        if not words:
            return np.zeros(0, dtype=np.int32), lambda target: ""
        held = [self._held(word) for word in words]
        rank = self._ranks(words, held)
        size = len(self.keys)
        best = np.full(size, TOGETHER, dtype=np.int8)
        np.minimum.at(best, self.targets, rank)
        found = best < TOGETHER
        if not found.any():
            found = np.logical_and.reduce([np.bincount(self.targets[mask], minlength=size) > 0 for mask in held])
            rarest = min(held, key=np.count_nonzero)
            rank = np.where(rarest & found[self.targets], NAMED + NOT_OWN, TOGETHER).astype(np.int8)
            np.minimum.at(best, self.targets, rank)
        times = np.bincount(self.targets[(rank < TOGETHER) & ~self.is_own], minlength=size)
        times[: self.jobs] = 0
        targets = np.flatnonzero(found)
        targets = targets[np.lexsort((targets, self.order[targets], -times[targets], best[targets]))]

        def called(target: int) -> str:
            rows = np.flatnonzero((self.targets == target) & (rank == best[target]))
            if self.is_own[rows].any():
                return ""
            return min((self.texts[row] for row in rows.tolist()), key=lambda text: (len(text), text))

        return targets, called

    def _held(self, word: str) -> Mask:
        """A mask of the names that hold ``word`` in whatever form, or as the beginning of a word."""
        lower = word.lower()
        masks = [self.words.holding(FORM + key) for key in keys_of(word)]
        held: Mask = np.logical_or.reduce([*masks, self.words.beginning(lower)] if len(lower) > 2 else masks)
        return held

    def _ranks(self, words: list[str], held: list[Mask]) -> Int8s:
        """How each name holds the words; ``TOGETHER`` where it lacks one."""
        rank = np.where(np.logical_and.reduce(held), np.int8(ALIKE), np.int8(TOGETHER))
        named = np.logical_and.reduce([self.words.holding(word.lower()) for word in words])
        rank[named] = NAMED
        rank[named & (self.lengths == len(words))] = EXACT
        wanted = {word.lower() for word in words}
        for at in np.flatnonzero(named & (self.lengths > len(words))).tolist():
            if "(" in self.texts[at] and any(set(_parts(text)) == wanted for text in _variants(self.texts[at])):
                rank[at] = EXACT
        rank[~self.is_own & (rank > EXACT) & (rank < TOGETHER)] += NOT_OWN
        return rank


def _parts(text: str) -> list[str]:
    return [part for token in tokens_of(text) for part in token.lower().split("-")]


def _variants(title: str) -> list[str]:
    """A title without what stands in brackets, and that by itself."""
    return [IN_BRACKETS.sub(" ", title), *IN_BRACKETS.findall(title)]


def _indexed(text: str) -> set[str]:
    """The words of a name as they are written, and all by which it is found with ``FORM`` before them."""
    parts = _parts(text)
    return {*parts, *(FORM + form for form in {*parts, *words_of(text), *side_words(text)})}
