"""Every place where a note could show, and who may see what there.

Whoever builds a page, export, mail or feed that touches notes adds a row to ``SURFACES``: ``test_matrix`` then holds
it to the policy for every visibility and every person of ``READS``, and looks for what leaks.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from advising.choices import NoteVisibility
from advising.models import Note
from tests.advising.factories import make_inspection

NOBODY = dict.fromkeys(NoteVisibility.values, "")

READS = {
    "author": dict.fromkeys(NoteVisibility.values, "author"),
    "team member": {**dict.fromkeys(NoteVisibility.values, "assigned"), "author_only": ""},
    "unit peer": {**NOBODY, "unit": "unit", "advisors": "unit"},
    "lead of the unit": {**NOBODY, "unit": "unit", "advisors": "unit", "student": "unit"},
    "peer of the team member": {**NOBODY, "advisors": "unit"},
    "advisor with the alert": {**NOBODY, "advisors": "open_alert"},
    "advisor of the queue": {**NOBODY, "advisors": "open_alert"},
    "advisor of a meeting": {**NOBODY, "advisors": "appointment"},
    "advisor with emergency access": {**dict.fromkeys(NoteVisibility.values, "break_glass"), "author_only": ""},
    "administrator with emergency access": {**dict.fromkeys(NoteVisibility.values, "break_glass"), "author_only": ""},
    "other advisor": NOBODY,
    "administrator": NOBODY,
    "editor": NOBODY,
    "the student": {**NOBODY, "student": "self"},
    "another student": NOBODY,
}
"""The reason by which each person reads a published note of each visibility; empty: they do not."""


class Surface(NamedTuple):
    """``path`` of a note, and to whom its text shows there: "readers", its "author", its "owners", its "subject", its
    "advising readers" (whoever may also export a record) or "nobody".

    Owners are the author and the student whom the note is shared with: those in whose own list it stands; its subject
    is that student. ``closes``: who may not see the text gets a 404 (readers who are not the author a 403 where it is
    the author's alone).
    """

    path: Callable[[Note], str]
    shows_to: str = "readers"
    closes: bool = False

    def shows(self, person: str, visibility: str) -> bool:
        reason = READS[person][visibility]
        return {
            "readers": bool(reason),
            "author": reason == "author",
            "owners": reason in ("author", "self"),
            "subject": reason == "self",
            "shared author": reason == "author" and visibility == NoteVisibility.STUDENT,
            "advising readers": bool(reason) and person not in ("the student", "administrator with emergency access"),
            "nobody": False,
        }[self.shows_to]

    def status(self, person: str, visibility: str) -> int:
        """The answer of a surface that closes."""
        if self.shows(person, visibility):
            return 200
        return 403 if READS[person][visibility] else 404


def text_of(answer) -> str:
    """Everything that a browser is sent."""
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode() + str(answer.headers) + str(answer.cookies)


def on_note(name: str) -> Callable[[Note], str]:
    return lambda note: reverse(f"advising:{name}", args=[note.pk])


def on_student(name: str, query: str = "") -> Callable[[Note], str]:
    return lambda note: reverse(f"advising:{name}", args=[note.student_id]) + query


def on_meeting(name: str) -> Callable[[Note], str]:
    return lambda note: reverse(f"advising:{name}", args=[note.student.appointments.first().pk])


def in_admin(name: str, *, args: bool = False, query: str = "") -> Callable[[Note], str]:
    return lambda note: reverse(f"admin:{name}", args=[note.pk] if args else []) + query


def refused_inspection(note: Note) -> str:
    student = note.student
    asked = student.record_requests.filter(kind="inspect").first() or make_inspection(student, state="refused")
    return reverse("advising:inspection", args=[asked.pk])


SURFACES = {
    "list": Surface(on_student("student_notes")),
    "search": Surface(on_student("student_notes", "?q=says")),
    "record": Surface(on_student("record")),
    "print": Surface(on_student("print_record")),
    "record as a file": Surface(on_student("print_record", "?download=1"), "advising readers"),
    "caseload": Surface(lambda note: reverse("advising:caseload") + "?whose=unit", "nobody"),
    "caseload as a file": Surface(lambda note: reverse("advising:caseload_csv") + "?whose=unit", "nobody"),
    "find a student": Surface(lambda note: reverse("advising:students") + "?q=says", "nobody"),
    "my list": Surface(lambda note: reverse("advising:my_notes"), "owners"),
    "my search": Surface(lambda note: reverse("advising:my_notes") + "?q=says", "owners"),
    "my page": Surface(lambda note: reverse("advising:me"), "subject"),
    "my whole record": Surface(lambda note: reverse("advising:my_record"), "subject"),
    "plans": Surface(on_student("student_plans"), "nobody"),
    "a record that was not opened": Surface(refused_inspection, "nobody"),  # a granted one: test_canary
    "ask for a correction": Surface(lambda note: reverse("advising:new_request") + f"?note={note.pk}", "nobody"),
    "detail": Surface(on_note("note"), closes=True),
    "edit": Surface(on_note("edit_note"), "author", closes=True),
    "delete": Surface(on_note("delete_note"), "nobody"),
    # Its text is shown to the author alone, and only where the student has it too.
    "view as student": Surface(on_note("note_as_student"), "shared author"),
    "attachment": Surface(
        lambda note: reverse("advising:attachment", args=[note.pk, note.attachments.first().pk]), closes=True
    ),
    "an appointment": Surface(on_meeting("appointment"), "nobody"),
    "its calendar file": Surface(on_meeting("appointment_file"), "nobody"),
    "my appointments": Surface(lambda note: reverse("advising:appointments"), "nobody"),
    "my calendar": Surface(lambda note: reverse("advising:calendar"), "nobody"),
    "a day": Surface(lambda note: reverse("advising:calendar_day", args=[timezone.localdate()]), "nobody"),
    "alerts": Surface(lambda note: reverse("advising:alerts"), "nobody"),
    "an alert": Surface(lambda note: reverse("advising:alert", args=[note.student.alerts.first().pk]), "nobody"),
    "things to do": Surface(lambda note: reverse("advising:items"), "nobody"),
    "the student's things to do": Surface(on_student("student_items"), "nobody"),
    "notifications": Surface(lambda note: reverse("advising:notifications"), "nobody"),
    "reports": Surface(lambda note: reverse("advising:reports"), "nobody"),
    "a transfer": Surface(lambda note: reverse("advising:transfer") + f"?student={note.student_id}", "nobody"),
    "requests": Surface(lambda note: reverse("advising:record_requests"), "nobody"),
    "retired programs": Surface(lambda note: reverse("advising:retired"), "nobody"),
    "readers": Surface(on_student("note_readers", "?visibility=student"), "nobody"),
    "access log": Surface(on_student("access_log"), "nobody"),
    "disclosures": Surface(on_student("disclosures"), "nobody"),
    "reveal": Surface(on_note("reveal_note"), "nobody"),
    "admin list": Surface(in_admin("advising_note_changelist"), "nobody"),
    "admin search": Surface(in_admin("advising_note_changelist", query="?q=says"), "nobody"),
    "admin detail": Surface(in_admin("advising_note_change", args=True), "nobody"),
    "admin history": Surface(in_admin("advising_note_history", args=True), "nobody"),
    "admin deletion": Surface(in_admin("advising_note_delete", args=True), "nobody"),
    "admin deletion of the author": Surface(
        lambda note: reverse("admin:portal_user_delete", args=[note.author_id]), "nobody"
    ),
    "admin detail of a file": Surface(
        lambda note: reverse("admin:advising_attachment_change", args=[note.attachments.first().pk]), "nobody"
    ),
    "admin assignments": Surface(in_admin("advising_assignment_changelist", query="?q=says"), "nobody"),
    "admin attachments": Surface(in_admin("advising_attachment_changelist"), "nobody"),
    "admin access log": Surface(in_admin("advising_accesslog_changelist"), "nobody"),
    "admin autocomplete": Surface(
        in_admin("autocomplete", query="?app_label=advising&model_name=assignment&field_name=student&term=says"),
        "nobody",
    ),
    "admin index": Surface(in_admin("index"), "nobody"),
}
