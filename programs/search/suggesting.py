"""Names as a person types them: job titles, certifications, fields and schools that lead to a program."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .loading import school_label
from .words import tokens_of

KINDS = JOB, CERTIFICATION, FIELD, SCHOOL = ("Job title", "Certification", "Field of study", "School")
PAST_ANY_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``key`` is the slug of a job title, certification or school, or the code of a field."""

    label: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Names:
    """Every suggestion with the names it answers to, and all their words in order.

    Words that begin alike stand together, so what was typed finds its names by two bisections. ``kinds`` and
    ``positions`` say where in the snapshot an entry's programs are counted.
    """

    entries: list[tuple[Suggestion, tuple[str, ...]]]
    kinds: np.ndarray
    positions: np.ndarray
    words: list[str]
    owners: np.ndarray

    @classmethod
    def of(cls, vocabulary, reference) -> "Names":
        rows = [
            (JOB, at, slug, name, (name, *aliases))
            for at, (slug, name, aliases) in enumerate(
                zip(reference.job_slugs, reference.job_names, reference.job_aliases, strict=True)
            )
        ]
        rows += [
            (CERTIFICATION, at, slug, f"{name} ({acronym})" if acronym else name, (name, acronym, *aliases))
            for at, (_, slug, name, acronym, aliases, _) in enumerate(vocabulary.certifications)
        ]
        rows += [
            (FIELD, at, code, title, (title, code))
            for at, (code, title) in enumerate(zip(reference.field_codes, reference.field_titles, strict=True))
        ]
        rows += [
            (SCHOOL, at, row[1], school_label(row), (row[2], row[3], *row[4]))
            for at, row in enumerate(vocabulary.schools)
        ]
        pairs = sorted({(word, at) for at, row in enumerate(rows) for name in row[4] for word in _words(name)})
        return cls(
            entries=[(Suggestion(label, kind, key), names) for kind, _, key, label, names in rows],
            kinds=np.array([KINDS.index(row[0]) for row in rows], dtype=np.int8),
            positions=np.array([row[1] for row in rows], dtype=np.int32),
            words=[word for word, _ in pairs],
            owners=np.array([at for _, at in pairs], dtype=np.int32),
        )


class Suggester:
    """The names of one snapshot: only what at least one of its programs leads to."""

    def __init__(self, names: Names, snapshot):
        self.names = names
        self.snapshot = snapshot

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """The names of which each typed word begins a word: names that begin so first, then by programs."""
        words = _words(typed)[:8]
        if not words:
            return []
        names, found = self.names, None
        for word in words:
            first = bisect_left(names.words, word)
            hits = np.unique(names.owners[first : bisect_left(names.words, word + PAST_ANY_LETTER)])
            found = hits if found is None else np.intersect1d(found, hits, assume_unique=True)
        start = " ".join(words)

        def rank(at):
            entry, answers_to = names.entries[at]
            begins = any(" ".join(_words(name)).startswith(start) for name in answers_to)
            return not begins, names.kinds[at], -self._programs[at], len(entry.label), entry.label

        leading = found[self._programs[found] > 0]
        return [names.entries[at][0] for at in sorted(leading.tolist(), key=rank)[:limit]]

    @cached_property
    def _programs(self) -> np.ndarray:
        """How many programs each name leads to."""
        columns, reference, names = self.snapshot.columns, self.snapshot.reference, self.names
        per_field = np.bincount(columns.field, minlength=len(reference.field_codes) + 1)
        counted = {
            JOB: reference.jobs.counts(per_field) + np.bincount(columns.job, minlength=reference.jobs.size),
            CERTIFICATION: np.bincount(columns.certification, minlength=len(self.snapshot.certification_slugs)),
            FIELD: per_field,
            SCHOOL: np.bincount(columns.school, minlength=self.snapshot.school_count),
        }
        programs = np.zeros(len(names.entries), dtype=np.int64)
        for at, kind in enumerate(KINDS):
            of_kind = names.kinds == at
            programs[of_kind] = counted[kind][names.positions[of_kind]]
        return programs


def _words(text: str) -> list[str]:
    return [token.lower() for token in tokens_of(text)]
