"""Names as a person types them: job titles, certifications, fields and schools that lead to a program."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from .words import TOKEN, fold

KINDS = ("Job title", "Certification", "Field of study", "School")
LONGEST_WORD = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``key`` is the slug of a job title, certification or school, or the code of a field."""

    label: str
    kind: str
    key: str
    programs: int


class Suggester:
    """Every name with its words in order, so that the words that begin with what was typed stand together."""

    def __init__(self, snapshot):
        self.entries = _entries(snapshot)
        pairs = sorted(
            {(word, at) for at, (entry, names) in enumerate(self.entries) for name in names for word in _words(name)}
        )
        self.words = [word for word, _ in pairs]
        self.owners = np.array([at for _, at in pairs], dtype=np.int32)

    def suggest(self, typed: str, limit: int = 8) -> list[Suggestion]:
        """The names of which each typed word begins a word: names that begin so first, then by programs."""
        words = _words(typed)[:8]
        if not words:
            return []
        found = None
        for word in words:
            hits = np.unique(self.owners[bisect_left(self.words, word) : bisect_left(self.words, word + LONGEST_WORD)])
            found = hits if found is None else np.intersect1d(found, hits, assume_unique=True)
        start = " ".join(words)

        def rank(at):
            entry, names = self.entries[at]
            begins = any(" ".join(_words(name)).startswith(start) for name in names)
            return not begins, KINDS.index(entry.kind), -entry.programs, len(entry.label), entry.label

        return [self.entries[at][0] for at in sorted(found.tolist(), key=rank)[:limit]]


def _words(text: str) -> list[str]:
    return [token.lower() for token in TOKEN.findall(fold(text))]


def _entries(snapshot) -> list[tuple[Suggestion, tuple[str, ...]]]:
    """Each suggestion with the names it answers to; only what at least one published program leads to."""
    columns, reference, vocabulary = snapshot.columns, snapshot.reference, snapshot.vocabulary
    per_field = np.bincount(columns.field, minlength=len(reference.field_codes) + 1)
    per_job = reference.jobs.counts(per_field) + np.bincount(columns.job, minlength=reference.jobs.size)
    per_school = np.bincount(columns.school, minlength=snapshot.school_count)
    per_certification = np.bincount(columns.certification, minlength=len(vocabulary.certifications))
    entries = []
    for at in np.flatnonzero(per_job).tolist():
        name = reference.job_names[at]
        entry = Suggestion(name, "Job title", reference.job_slugs[at], int(per_job[at]))
        entries.append((entry, (name, *reference.job_aliases[at])))
    for at in np.flatnonzero(per_certification).tolist():
        _, slug, name, acronym, aliases, _ = vocabulary.certifications[at]
        label = f"{name} ({acronym})" if acronym else name
        entry = Suggestion(label, "Certification", slug, int(per_certification[at]))
        entries.append((entry, tuple(filter(None, (name, acronym, *aliases)))))
    for at in np.flatnonzero(per_field[:-1]).tolist():
        code, title = reference.field_codes[at], reference.field_titles[at]
        entries.append((Suggestion(title, "Field of study", code, int(per_field[at])), (title, code)))
    for at in np.flatnonzero(per_school).tolist():
        _, slug, name, acronym, aliases, *_ = vocabulary.schools[at]
        entry = Suggestion(name, "School", slug, int(per_school[at]))
        entries.append((entry, tuple(filter(None, (name, acronym, *aliases)))))
    return entries
