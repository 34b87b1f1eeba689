"""Alerts: raised by any member of staff, sent to whoever is to answer, and followed until they are closed.

Each step is an AlertEvent. Those who raised an alert are told its state at every step, and at its end what they may
know; what those who answer write for each other is in private events.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from advising import policy
from advising.choices import AlertEventKind, AlertKind, AlertState, AssignmentKind, NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import AdvisorProfile, Alert, AlertEvent, AlertReason, StudentProfile, Unit
from advising.services.access import administrators
from advising.services.notifications import notify
from advising.types import User

READ = "It was read. No answer was asked for."


@transaction.atomic
def raise_alert(
    student: StudentProfile, *, user: User, reason: AlertReason, text: str, private_text: str = ""
) -> tuple[Alert, bool]:
    """Save a concern and tell who is to answer it; returns the alert, and whether it is a new one.

    While an alert about the student with that reason is open, this joins it. ``private_text`` is for those who
    answer. Raises AdvisingError when the user may not, says nothing, or the reason is no longer in use.
    """
    if not policy.can(user, Verb.RAISE_ALERT, student):
        raise AdvisingError("You cannot raise an alert about this student.")
    if not text.strip():
        raise AdvisingError("Say what happened.")
    if not reason.is_active:
        raise AdvisingError("This reason is no longer in use. Choose another one.")
    open_alert = _open_alert(student, reason)
    alert, is_new = (open_alert, False) if open_alert else _new_alert(student, user, reason, text, private_text)
    if is_new:
        event = _add_event(alert, AlertEventKind.RAISED, user, is_private=False)
    else:
        event = _add_event(alert, AlertEventKind.JOINED, user, text=text, is_private=False)
        _remark(alert, user, private_text)
    again = "" if is_new else " again"
    _tell_answerers(alert, event, f"An alert about {student.name} was raised{again}")
    return alert, is_new


def _new_alert(
    student: StudentProfile, user: User, reason: AlertReason, text: str, private_text: str
) -> tuple[Alert, bool]:
    """A new alert and True, or that of someone who raised it in this moment and False."""
    unit, owner = route(student, reason)
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                student=student,
                raiser=user,
                reason=reason,
                unit=unit,
                owner=owner,
                text=text.strip(),
                private_text=private_text.strip(),
                due_at=_due_at(reason),
            )
        return alert, True
    except IntegrityError:
        if alert_of_another := _open_alert(student, reason):
            return alert_of_another, False
        raise AdvisingError("The alert could not be saved just now. Send it again.") from None


def route(student: StudentProfile, reason: AlertReason) -> tuple[Unit, AdvisorProfile | None]:
    """Whose an alert is: the reason's unit, else that of the student's advisor, else any that has advisors.

    The owner is the student's advisor in that unit, the primary one first; None leaves it in the unit's queue.
    Raises AdvisingError only when there is no unit at all.
    """
    working = AdvisorProfile.objects.active()
    team = list(student.assignments.active().filter(advisor__in=working).select_related("advisor__unit"))
    team.sort(key=lambda assignment: assignment.kind != AssignmentKind.PRIMARY)
    staffed = list(Unit.objects.filter(is_active=True, advisors__in=working).distinct())
    wanted = [reason.unit, *(assignment.advisor.unit for assignment in team), *staffed]
    unit = next((unit for unit in wanted if unit in staffed), None) or reason.unit or Unit.objects.first()
    if unit is None:
        raise AdvisingError("There is no advising unit yet that could answer. Ask an administrator to add one.")
    owner = next((one.advisor for one in team if one.advisor.unit_id == unit.pk), None)
    return unit, owner


@transaction.atomic
def acknowledge_alert(alert: Alert, *, user: User) -> None:
    """Take note of an alert, and take it on when nobody has. One for information is closed by it."""
    alert = _at_work(alert, user, AlertState.OPEN)
    _take_on(alert, user)
    alert.state = AlertState.ACKNOWLEDGED
    if alert.reason.kind == AlertKind.FYI:
        alert.state, alert.closed_at, alert.raiser_outcome = AlertState.RESOLVED, timezone.now(), READ
    alert.save()
    _tell_raisers(alert, _add_event(alert, AlertEventKind.ACKNOWLEDGED, user, is_private=False))


@transaction.atomic
def start_alert(alert: Alert, *, user: User) -> None:
    """Begin work on an alert."""
    alert = _at_work(alert, user, AlertState.OPEN, AlertState.ACKNOWLEDGED)
    _take_on(alert, user)
    alert.state = AlertState.IN_PROGRESS
    alert.save()
    _tell_raisers(alert, _add_event(alert, AlertEventKind.STARTED, user, is_private=False))


@transaction.atomic
def assign_alert(alert: Alert, *, user: User, to: AdvisorProfile | Unit) -> None:
    """Give an alert to an advisor, or into the queue of a unit, and tell them."""
    alert = _at_work(alert, user, AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_PROGRESS)
    if to not in receivers(alert):
        raise AdvisingError(f"{to} cannot be given this alert.")
    if isinstance(to, Unit):
        alert.unit, alert.owner = to, None
    else:
        alert.unit, alert.owner = to.unit, to
    alert.save()
    event = _add_event(alert, AlertEventKind.ASSIGNED, user, text=str(to))
    _tell_answerers(alert, event, f"An alert about {alert.student.name} was given to {'you' if alert.owner else to}")


def receivers(alert: Alert) -> list[AdvisorProfile | Unit]:
    """Who may be given an alert: advisors of its unit and of the student, then units that have advisors."""
    working = AdvisorProfile.objects.active().exclude(user=alert.student.user_id)
    near = Q(unit=alert.unit_id) | Q(pk__in=alert.student.assignments.active().values("advisor"))
    staffed = Unit.objects.filter(is_active=True, advisors__in=working).distinct()
    return [*working.filter(near).select_related("user", "unit"), *staffed]


@transaction.atomic
def remark_on_alert(alert: Alert, *, user: User, text: str, for_raiser: bool = False) -> None:
    """Write something down. It is for those who answer, and with ``for_raiser`` also for those who raised it."""
    alert = _at_work(alert, user, *AlertState)
    event = _remark(alert, user, text, is_private=not for_raiser)
    if event is None:
        raise AdvisingError("Write something first.")
    if for_raiser:
        _tell_raisers(alert, event, "there is word for you")


@transaction.atomic
def close_alert(alert: Alert, *, user: User, is_solved: bool, raiser_outcome: str, outcome: str = "") -> None:
    """End an alert. ``raiser_outcome`` is what its raisers are told, ``outcome`` what those who answer keep.

    Raises AdvisingError when the user may not, when it is closed, or when there is no word for the raisers.
    """
    alert = _at_work(alert, user, AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_PROGRESS)
    if not raiser_outcome.strip():
        raise AdvisingError("Write what those who raised it may know.")
    _take_on(alert, user)
    alert.state = AlertState.RESOLVED if is_solved else AlertState.UNRESOLVED
    alert.closed_at = timezone.now()
    alert.raiser_outcome, alert.outcome = raiser_outcome.strip(), outcome.strip()
    alert.save()
    _remark(alert, user, outcome)
    _tell_raisers(alert, _add_event(alert, AlertEventKind(alert.state), user, text=raiser_outcome, is_private=False))


@transaction.atomic
def reopen_alert(alert: Alert, *, user: User, text: str) -> None:
    """Take up a closed alert again, with its full time to answer.

    Raises AdvisingError when the user may not, gives no reason, or when a newer one with its reason is open.
    """
    alert = _at_work(alert, user, AlertState.RESOLVED, AlertState.UNRESOLVED)
    if not text.strip():
        raise AdvisingError("Say why it is taken up again.")
    alert.state, alert.closed_at, alert.raiser_outcome, alert.outcome = AlertState.OPEN, None, "", ""
    alert.due_at, alert.escalated_at = _due_at(alert.reason), None
    try:
        with transaction.atomic():
            alert.save()
    except IntegrityError as error:
        raise AdvisingError("A newer alert about the same matter is open. Go on there.") from error
    _remark(alert, user, text)
    event = _add_event(alert, AlertEventKind.REOPENED, user, is_private=False)
    _tell_raisers(alert, event)
    _tell_answerers(alert, event, f"An alert about {alert.student.name} was taken up again")


def escalate_overdue() -> int:
    """Tell the unit's leads, or where it has none the administrators, of each overdue alert once; returns how many."""
    overdue = Alert.objects.overdue().filter(escalated_at=None).select_related("unit", "student__user")
    return sum(_escalate(alert) for alert in overdue)


@transaction.atomic
def _escalate(alert: Alert) -> bool:
    # One UPDATE that a single run wins, should two come at once.
    if not Alert.objects.overdue().filter(pk=alert.pk, escalated_at=None).update(escalated_at=timezone.now()):
        return False
    event = _add_event(alert, AlertEventKind.ESCALATED, None, is_private=False)
    leads = AdvisorProfile.objects.leads_of(alert.unit).select_related("user")
    _tell(alert, event, [lead.user for lead in leads], f"An alert about {alert.student.name} is overdue")
    return True


def _open_alert(student: StudentProfile, reason: AlertReason) -> Alert | None:
    return Alert.objects.open().select_for_update().filter(student=student, reason=reason).first()


def _due_at(reason: AlertReason) -> datetime | None:
    if reason.kind == AlertKind.FYI or reason.days_to_answer is None:
        return None
    return timezone.now() + timedelta(days=reason.days_to_answer)


def _at_work(alert: Alert, user: User, *states: AlertState) -> Alert:
    """The alert as it is now, locked; refused unless the user answers it and it is in one of ``states``."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if not policy.can(user, Verb.WORK, alert):
        raise AdvisingError("You cannot work on this alert.")
    if alert.state not in states:
        raise AdvisingError(f"This alert has moved on meanwhile: {alert.get_state_display().lower()}.")
    return alert


def _take_on(alert: Alert, user: User) -> None:
    alert.answered_at = alert.answered_at or timezone.now()
    if alert.owner is None:
        alert.owner = AdvisorProfile.objects.active().filter(user=user).first()


def _add_event(
    alert: Alert, kind: AlertEventKind, user: User | None, *, text: str = "", is_private: bool = True
) -> AlertEvent:
    return AlertEvent.objects.create(alert=alert, kind=kind, user=user, text=text.strip(), is_private=is_private)


def _remark(alert: Alert, user: User, text: str, *, is_private: bool = True) -> AlertEvent | None:
    """``text`` as a step of its own, if there is any."""
    return (
        _add_event(alert, AlertEventKind.COMMENTED, user, text=text, is_private=is_private) if text.strip() else None
    )


def _tell_raisers(alert: Alert, event: AlertEvent, what: str = "") -> None:
    raised = alert.events.filter(kind__in=[AlertEventKind.RAISED, AlertEventKind.JOINED])
    raisers = get_user_model().objects.filter(is_active=True, pk__in=raised.values("user"))
    what = what or alert.get_state_display().lower()
    _notify(alert, event, raisers, f"Your alert about {alert.student.name}: {what}")


def _tell_answerers(alert: Alert, event: AlertEvent, subject: str) -> None:
    """The owner, or all advisors of the unit."""
    working = AdvisorProfile.objects.active().select_related("user")
    owner = list(working.filter(pk=alert.owner_id)) if alert.owner_id else []
    people = owner or working.filter(unit=alert.unit_id).exclude(user=alert.student.user_id)
    _tell(alert, event, [advisor.user for advisor in people], subject)


def _tell(alert: Alert, event: AlertEvent, users: list[User], subject: str) -> None:
    """Tell ``users``; where there are none, administrators learn that the unit needs people, so nothing is lost."""
    if users:
        _notify(alert, event, users, subject)
        return
    notify(
        administrators(),
        kind=NotificationKind.ALERT,
        subject=f"An alert waits in {alert.unit}, and nobody there can be told. Give the unit an advisor and a lead.",
        key=f"alert-step-{event.pk}",
    )


def _notify(alert: Alert, event: AlertEvent, users: Iterable[User], subject: str) -> None:
    """Whoever took the step knows of it."""
    notify(
        [user for user in users if user.pk != event.user_id],
        kind=NotificationKind.ALERT,
        subject=subject,
        link=alert.get_absolute_url(),
        key=f"alert-step-{event.pk}",
    )
