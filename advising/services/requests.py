"""Requests of students to inspect (34 CFR 99.10) or to amend (34 CFR 99.20 to 99.22) their record."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import NotificationKind, RequestKind, RequestState, RequestStep, Verb
from advising.exceptions import AdvisingError
from advising.models import Note, RecordRequest, StudentProfile
from advising.services.access import watchers
from advising.services.notifications import notify
from advising.types import User


@transaction.atomic
def ask_to_inspect(student: StudentProfile, *, user: User, text: str = "") -> RecordRequest:
    """Ask to see what the student's own pages do not show, and tell those who keep the record.

    Raises AdvisingError when it is not the user's own record, or when such a request is open.
    """
    if not policy.can(user, Verb.EDIT, student):
        raise AdvisingError("Only the student asks to see their record.")
    # Held until the end, so that two clicks make one request.
    StudentProfile.objects.select_for_update().get(pk=student.pk)
    if student.record_requests.filter(kind=RequestKind.INSPECT, state=RequestState.OPEN).exists():
        raise AdvisingError("You have asked already, and the answer is still to come.")
    return _open(student, kind=RequestKind.INSPECT, text=text.strip())


@transaction.atomic
def ask_to_amend(note: Note, *, user: User, text: str) -> RecordRequest:
    """Ask to have a note corrected, and tell those who keep the record.

    Raises AdvisingError when the user is not the student who may read it, says nothing, or has asked already.
    """
    if not policy.can(user, Verb.AMEND, note):
        raise AdvisingError("You can ask for a correction of notes that you can read.")
    if not text.strip():
        raise AdvisingError("Say what is wrong and what it should say instead.")
    StudentProfile.objects.select_for_update().get(pk=note.student_id)
    if note.record_requests.pending().exists():
        raise AdvisingError("You have asked to have this note corrected, and the answer is still to come.")
    return _open(note.student, kind=RequestKind.AMEND, note=note, text=text.strip())


def _open(student: StudentProfile, *, kind: RequestKind, text: str, note: Note | None = None) -> RecordRequest:
    request = RecordRequest.objects.create(student=student, kind=kind, note=note, text=text)
    what = "see" if request.kind == RequestKind.INSPECT else "correct"
    tell(keepers(request), request, f"{student.name} asks to {what} their record", "asked")
    return request


@transaction.atomic
def decide(request: RecordRequest, *, user: User, granted: bool, decision: str) -> None:
    """Grant or refuse a request with the reason, and tell the student; of a granted correction also the note's author.

    The note itself is corrected by its author. Word of a refused correction names the right to a hearing
    (34 CFR 99.20(c)). Raises AdvisingError when the user may not, gives no reason, or when
    the request is no longer open.
    """
    request = locked(request)
    if not policy.can(user, Verb.DECIDE, request):
        raise AdvisingError("You cannot decide on this request.")
    if not decision.strip():
        raise AdvisingError("Give the student your reasons.")
    refuse_step(request, RequestStep.DECIDE)
    request.state = RequestState.GRANTED if granted else RequestState.REFUSED
    request.decision, request.decided_by, request.decided_at = decision.strip(), user, timezone.now()
    request.save()
    subject = "Your request about your record was decided"
    if not granted and request.kind == RequestKind.AMEND:
        subject = "Your request to correct your record was refused. You have the right to a hearing on it"
    tell([request.student.user], request, subject, "decided")
    if granted:
        tell_author(request)


@transaction.atomic
def withdraw(request: RecordRequest, *, user: User) -> None:
    """Take a request back. Raises AdvisingError when it is not the user's own, or no longer open."""
    request = locked(request)
    if not policy.can(user, Verb.EDIT, request):
        raise AdvisingError("This is not your request.")
    refuse_step(request, RequestStep.WITHDRAW)
    request.state = RequestState.WITHDRAWN
    request.save(update_fields=["state"])


@transaction.atomic
def attach_statement(request: RecordRequest, *, user: User, statement: str) -> None:
    """After a refusal, heard or not: the student's own words, shown with the note from then on (34 CFR 99.21(b)(2)).

    Those who keep the record are told. Raises AdvisingError when it is not the user's own request, is not a refused
    correction, or is empty.
    """
    request = locked(request)
    if not policy.can(user, Verb.EDIT, request):
        raise AdvisingError("This is not your request.")
    refuse_step(request, RequestStep.STATE)
    if not statement.strip():
        raise AdvisingError("Write the statement first.")
    request.statement = statement.strip()
    request.save(update_fields=["statement"])
    tell(keepers(request), request, f"{request.student.name} attached a statement to a refused correction", "stated")


def locked(request: RecordRequest) -> RecordRequest:
    """The request as it stands now, held until the transaction ends."""
    rows = RecordRequest.objects.select_for_update(of=("self",))
    return rows.select_related("student__user", "note__author").get(pk=request.pk)


REFUSALS = {
    RequestStep.ASK_HEARING: "A hearing can be asked for once, on a correction that was refused.",
    RequestStep.ARRANGE: "No hearing of this request waits to be arranged.",
    RequestStep.CLOSE: "The outcome is recorded once, after the hearing has begun.",
    RequestStep.STATE: "A statement can be attached to a correction that was refused.",
}


def refuse_step(request: RecordRequest, step: RequestStep) -> None:
    """Raise AdvisingError unless the request stands where ``step`` can follow."""
    if not request.allows(step):
        raise AdvisingError(REFUSALS.get(step, "This request is closed already."))


def keepers(request: RecordRequest) -> QuerySet[User]:
    """Those who are told what a student did about a request."""
    return watchers(request.student).exclude(pk=request.student.user_id)


def tell(users: Iterable[User], request: RecordRequest, subject: str, step: str | None) -> None:
    """Word with a link to the request, once for each ``step``; each time for None."""
    key = step and f"request-{request.pk}-{step}"
    notify(users, kind=NotificationKind.REQUEST, subject=subject, link=link_to(request), key=key)


def tell_author(request: RecordRequest) -> None:
    """Of a granted correction: the note is its author's to correct."""
    if request.note:
        tell([request.note.author], request, "A student’s request to correct a note of yours was granted", "granted")


def link_to(request: RecordRequest) -> str:
    return reverse("advising:record_request", args=[request.pk])
