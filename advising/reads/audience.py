"""Who will read a note, as a page tells it before the note is shared."""

from dataclasses import dataclass

from advising import policy
from advising.choices import NoteVisibility
from advising.models import Note, StudentProfile
from advising.types import User


@dataclass(frozen=True)
class Audience:
    """Who will read a note: the people, and what the student would see."""

    readers: list[policy.Reader]
    visibility: NoteVisibility
    student: StudentProfile

    @property
    def for_student(self) -> bool:
        return self.visibility == NoteVisibility.STUDENT


def audience_of(note: Note | None, visibility: str, *, student: StudentProfile, user: User) -> Audience:
    """That of a note with ``visibility``, which may differ from its present one; without a note of one by ``user``.

    A visibility that is none stands for that of the team.
    """
    shown_to = NoteVisibility(visibility if visibility in NoteVisibility.values else NoteVisibility.TEAM)
    author, unit = (note.author, note.unit_id) if note else (user, None)
    readers = policy.readers(student=student, author=author, unit=unit, visibility=shown_to)
    return Audience(readers, shown_to, student)
