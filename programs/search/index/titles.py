"""The titles through which a job reaches programs: of occupations, of job titles, of certifications that open jobs."""

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats32, Int8s, Int32s, Ints
from ..text.words import words_of
from .columns import Columns
from .reference import Reference

OCCUPATION, JOB, CERTIFICATION = range(3)

SPECIFIC, ALIKE, COMMON = 0.6, 0.15, 0.25
"""What a step from an occupation to a field keeps of a title's worth: always the first; the second as far as the
field's title says the words of the occupation's; the third as the logarithm of the field's number of programs. The
crosswalk itself does not say which of an occupation's many fields is its usual one."""


@dataclass(frozen=True, slots=True)
class TitleTable:
    """One row a title and occupation. ``kinds`` says whose title it is, ``jobs`` which job title's or -1."""

    texts: list[str]
    occupations: Int32s
    jobs: Int32s
    kinds: Int8s
    lengths: Floats32
    """Words in each title."""
    per_occupation: Ints
    """Titles of each occupation."""
    step_worth: Floats32
    """What each pair of the crosswalk (``reference.occupations``) keeps of a title's worth, 0 to 1."""

    @classmethod
    def of(cls, reference: Reference, columns: Columns) -> "TitleTable":
        rows = [(title, occupation, -1, OCCUPATION) for title, occupation in reference.titles]
        rows += [(title, at, -1, OCCUPATION) for at, title in enumerate(reference.occupation_titles)]
        rows += [(code, at, -1, OCCUPATION) for at, code in enumerate(reference.occupation_codes)]
        for job, occupation in zip(*(pairs.tolist() for pairs in reference.job_occupations), strict=True):
            rows += [(t, occupation, job, JOB) for t in (reference.job_names[job], *reference.job_aliases[job])]
        rows += [(text, occupation, -1, CERTIFICATION) for text, occupation in reference.certification_titles]
        # A title that is reported, alternate and a job title's name at once is one title.
        rows = list({(row[0].casefold(), row[1]): row for row in rows}.values())
        occupations = np.array([row[1] for row in rows], dtype=np.int32)
        return cls(
            texts=[row[0] for row in rows],
            occupations=occupations,
            jobs=np.array([row[2] for row in rows], dtype=np.int32),
            kinds=np.array([row[3] for row in rows], dtype=np.int8),
            lengths=np.array([max(len(set(words_of(row[0]))), 1) for row in rows], dtype=np.float32),
            per_occupation=np.bincount(occupations, minlength=len(reference.occupation_codes)),
            step_worth=_step_worth(reference, columns),
        )


def _step_worth(reference: Reference, columns: Columns) -> Floats32:
    pairs = reference.occupations
    occupation_words = [set(words_of(title)) for title in reference.occupation_titles]
    field_words = [set(words_of(title)) for title in reference.field_titles]
    alike = [
        len(occupation_words[occupation] & field_words[field]) / max(len(occupation_words[occupation]), 1)
        for occupation, field in zip(pairs.targets.tolist(), pairs.fields.tolist(), strict=True)
    ]
    programs = np.log1p(np.bincount(columns.field, minlength=len(reference.field_codes) + 1))
    common = programs[pairs.fields] / max(programs.max(), 1.0)
    return np.asarray(SPECIFIC + ALIKE * np.array(alike) + COMMON * common, dtype=np.float32)
