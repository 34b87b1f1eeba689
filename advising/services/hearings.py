"""Hearings on refused corrections (34 CFR 99.21 and 99.22): asked for, arranged, closed. ``requests`` has the rest."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from advising import policy
from advising.choices import RequestState, RequestStep, Verb
from advising.exceptions import AdvisingError
from advising.models import Hearing, RecordRequest
from advising.types import User

from .requests import keepers, locked, refuse_step, tell, tell_author


@transaction.atomic
def ask_for_hearing(request: RecordRequest, *, user: User) -> Hearing:
    """Ask to be heard on a correction that was refused, and tell those who keep the record.

    Raises AdvisingError when it is not the user's own request, was not refused, or has had its hearing.
    """
    request = locked(request)
    if not policy.can(user, Verb.EDIT, request):
        raise AdvisingError("This is not your request.")
    refuse_step(request, RequestStep.ASK_HEARING)
    hearing = Hearing.objects.create(
        request=request,
        refused_by=request.decided_by,  # type: ignore[misc]  # set, says the constraint record_request_decided_by_someone
    )
    _move(request, RequestState.HEARING)
    tell(keepers(request), request, f"{request.student.name} asks for a hearing on a refused correction", "hearing")
    return hearing


@transaction.atomic
def arrange_hearing(
    request: RecordRequest, *, user: User, takes_place_at: datetime, place: str, presider: User
) -> None:
    """Say when and where the hearing is and who presides, or say it anew; the student and the presider are told.

    Whoever presided before is told too. Saying the same again tells nobody. Raises AdvisingError when the user may
    not, no hearing waits, the time has passed, the place is missing, or the presider has a direct interest.
    """
    request = locked(request)
    if not policy.can(user, Verb.DECIDE, request):
        raise AdvisingError("You cannot arrange this hearing.")
    refuse_step(request, RequestStep.ARRANGE)
    if takes_place_at <= timezone.now():
        raise AdvisingError("Choose a time to come, with notice enough to prepare.")
    if not place.strip():
        raise AdvisingError("Say where the hearing is.")
    if presider not in policy.presiders(request):
        raise AdvisingError("Whoever presides must have no direct interest in the outcome. Choose someone else.")
    hearing, place, before = request.hearing, place.strip(), request.hearing.presider
    if (hearing.takes_place_at, hearing.place, before) == (takes_place_at, place, presider):
        return
    hearing.takes_place_at, hearing.place, hearing.presider = takes_place_at, place, presider
    hearing.arranged_by = user
    hearing.save()
    _move(request, RequestState.SCHEDULED)
    when = date_format(timezone.localtime(takes_place_at), "M j, Y, g:i A")
    tell([request.student.user], request, f"Your hearing is on {when}", None)
    tell([presider], request, f"You preside over a hearing about a student’s record on {when}", None)
    if before and before != presider:
        tell([before], request, "You no longer preside over a hearing about a student’s record", None)


@transaction.atomic
def close_hearing(request: RecordRequest, *, user: User, granted: bool, reasons: str) -> None:
    """Record the outcome of the hearing with its reasons, and tell the student; if granted also the note's author.

    Raises AdvisingError when the user may not, the hearing has not begun, or the reasons are missing
    (34 CFR 99.22(f) wants the evidence in brief and the reasons).
    """
    request = locked(request)
    if not policy.can(user, Verb.DECIDE, request):
        raise AdvisingError("You cannot record the outcome of this hearing.")
    refuse_step(request, RequestStep.CLOSE)
    if not reasons.strip():
        raise AdvisingError("Give the evidence in brief and the reasons.")
    hearing = request.hearing
    hearing.reasons, hearing.closed_by, hearing.closed_at = reasons.strip(), user, timezone.now()
    hearing.save()
    _move(request, RequestState.GRANTED if granted else RequestState.REFUSED)
    subject = "Your correction was granted after the hearing"
    if not granted:
        subject = "The refusal stands after the hearing. You may attach a statement to the note"
    tell([request.student.user], request, subject, "heard")
    if granted:
        tell_author(request)


def _move(request: RecordRequest, state: RequestState) -> None:
    request.state = state
    request.save(update_fields=["state"])
