"""Names as a person types them: job titles, certifications, fields and schools that lead to a program."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Int8s, Int32s, Int64s, Ints
from ..index.loading import Vocabulary
from ..index.reference import Reference
from .beginnings import Beginnings
from .words import ONE_WORD, tokens_of

if TYPE_CHECKING:
    from ..index.snapshot import Snapshot

KINDS = JOB, CERTIFICATION, FIELD, SCHOOL = ("Job title", "Certification", "Field of study", "School")
SHORT_FORM = {long: short for short, long in ONE_WORD.items()}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``key`` is the slug of a job title, certification or school, or the code of a field."""

    label: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Names:
    """Every suggestion with the names it answers to (folded, in small letters), and the words of all of them.

    ``kinds`` and ``positions`` say where in the snapshot an entry's programs are counted.
    """

    entries: list[tuple[Suggestion, tuple[str, ...]]]
    kinds: Int8s
    positions: Int32s
    words: Beginnings

    @classmethod
    def of(cls, vocabulary: Vocabulary, reference: Reference) -> "Names":
        rows = [
            (JOB, at, slug, name, (name, *aliases))
            for at, (slug, name, aliases) in enumerate(
                zip(reference.job_slugs, reference.job_names, reference.job_aliases, strict=True)
            )
        ]
        rows += [
            (CERTIFICATION, at, row.slug, row.full_name, (row.name, row.acronym, *row.aliases))
            for at, row in enumerate(vocabulary.certifications)
        ]
        rows += [
            (FIELD, at, code, title, (title, code))
            for at, (code, title) in enumerate(zip(reference.field_codes, reference.field_titles, strict=True))
        ]
        rows += [
            (SCHOOL, at, row.slug, row.label, (row.name, row.acronym, *row.aliases))
            for at, row in enumerate(vocabulary.schools)
        ]
        return cls(
            entries=[
                (Suggestion(label, kind, key), tuple(filter(None, map(_folded, names))))
                for kind, _, key, label, names in rows
            ],
            kinds=np.array([KINDS.index(row[0]) for row in rows], dtype=np.int8),
            positions=np.array([row[1] for row in rows], dtype=np.int32),
            words=Beginnings.of({word for name in row[4] for word in _words(name)} for row in rows),
        )


@dataclass(frozen=True, slots=True)
class _Hit:
    """An entry that answers to what was typed. ``occupation`` is -1 for what is no job title."""

    at: int
    occupation: int
    is_exact: bool
    begins: bool
    among_titles: tuple[bool, bool, bool, int, str]
    """What orders the titles of one occupation: our editors' own first, then by how well and how shortly they fit."""
    in_list: tuple[int, bool, bool, int, int, int, str]

    def group(self, usual: dict[int, "_Hit"]) -> int:
        """``usual`` has the title that stands for each occupation; its others come last."""
        if self.occupation >= 0:
            return 0 if self.is_exact or usual[self.occupation] is self else 2
        return 0 if self.begins else 1


class Suggester:
    """The names of one snapshot: only what at least one of its programs leads to."""

    def __init__(self, names: Names, snapshot: "Snapshot"):
        self.names = names
        self.snapshot = snapshot

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """The names of which each typed word begins a word, what most people would mean first.

        Of job titles that is one for each occupation, by how many people work in it; then certifications, fields and
        schools that begin so, by their programs; and then the rest.
        """
        words = tokens_of(typed.lower())[:8]
        if not words:
            return []
        found = np.logical_and.reduce([self.names.words.beginning(word) for word in words])
        starts = (" ".join(words), _folded(typed))
        hits = [self._hit(at, words, starts) for at in np.flatnonzero(found & (self._programs > 0)).tolist()]
        usual: dict[int, _Hit] = {}
        for hit in hits:
            usual[hit.occupation] = min(usual.get(hit.occupation, hit), hit, key=lambda hit: hit.among_titles)
        hits.sort(key=lambda hit: (hit.group(usual), hit.in_list))
        return [self.names.entries[hit.at][0] for hit in hits[:limit]]

    def _hit(self, at: int, words: Sequence[str], starts: tuple[str, ...]) -> _Hit:
        suggestion, names = self.names.entries[at]
        reference, occupation = self.snapshot.reference, int(self._occupations[at])
        is_exact = any(name in starts for name in names)
        begins = any(name.startswith(starts) for name in names)
        holding = [name for name in names if all(f" {word}" in f" {name}" for word in words)]
        length = min(map(len, holding or names))
        is_job = occupation >= 0
        reported = not (is_job and reference.job_is_curated[self.names.positions[at]])
        people = int(reference.occupation_employment[occupation]) if is_job else 0
        return _Hit(
            at=at,
            occupation=occupation,
            is_exact=is_exact,
            begins=begins,
            among_titles=(reported, not is_exact, not begins, length, suggestion.label),
            in_list=(
                int(self.names.kinds[at]),
                not is_exact,
                reported,
                -people,
                -int(self._programs[at]),
                length,
                suggestion.label,
            ),
        )

    @cached_property
    def _occupations(self) -> Ints:
        """The main occupation of each job title; -1 for everything else."""
        is_job = self.names.kinds == KINDS.index(JOB)
        occupations = np.full(len(is_job), -1)
        occupations[is_job] = self.snapshot.reference.job_main[self.names.positions[is_job]]
        return occupations

    @cached_property
    def _programs(self) -> Int64s:
        """How many programs each name leads to."""
        columns, reference, names = self.snapshot.columns, self.snapshot.reference, self.names
        per_field = np.bincount(columns.field, minlength=len(reference.field_codes) + 1)
        counted = {
            JOB: reference.jobs.counts(per_field) + np.bincount(columns.job, minlength=reference.jobs.size),
            CERTIFICATION: np.bincount(columns.certification, minlength=len(self.snapshot.vocabulary.certifications)),
            FIELD: per_field,
            SCHOOL: np.bincount(columns.school, minlength=self.snapshot.school_count),
        }
        programs = np.zeros(len(names.entries), dtype=np.int64)
        for at, kind in enumerate(KINDS):
            of_kind = names.kinds == at
            programs[of_kind] = counted[kind][names.positions[of_kind]]
        return programs


def _folded(text: str) -> str:
    return " ".join(ONE_WORD.get(token, token) for token in tokens_of(text.lower()))


def _words(text: str) -> set[str]:
    """What a typed word may begin: a name's words, with and without their hyphens, in their short and long form."""
    found = set()
    for token in tokens_of(text.lower()):
        found |= {token, token.replace("-", ""), *token.split("-")}
        found |= {other[token] for other in (ONE_WORD, SHORT_FORM) if token in other}
    return found
