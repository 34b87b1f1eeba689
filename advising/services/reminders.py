"""Reminding students of the meetings of the next day.

A reminder is a notification of its own name, written once for each time that a meeting has had; the outbox mails it,
tries again while the mail server fails, and never mails it twice.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from advising.choices import AppointmentState, MailState, NotificationKind
from advising.models import Appointment, Notification
from advising.querysets import AppointmentQuerySet
from advising.services.meetings import REMIND_BEFORE, when
from advising.services.notifications import notify


def key_of(appointment: Appointment) -> str:
    """``sequence`` grows with each change, so that a meeting which moved is another one to remind of."""
    return f"appointment-{appointment.pk}-reminder-{appointment.sequence}"


def _upcoming() -> AppointmentQuerySet[Appointment]:
    now = timezone.now()
    return Appointment.objects.filter(
        state=AppointmentState.BOOKED, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE
    )


@transaction.atomic
def remind_upcoming() -> int:
    """Remind students of what they booked for the next day; each meeting once. Returns how many.

    Whoever was told within that day that it is booked, moved or changed knows already (``reminded_by_telling``).
    """
    rows = _upcoming().filter(reminded_at=None).select_for_update(of=("self",), skip_locked=True)
    reminded = list(rows.select_related("student__user", "advisor__user"))
    for appointment in reminded:
        notify(
            [appointment.student.user],
            kind=NotificationKind.APPOINTMENT,
            subject=f"Reminder: you meet {appointment.advisor} on {when(appointment, appointment.student.user)}",
            link=reverse("advising:appointment", args=[appointment.pk]),
            key=key_of(appointment),
        )
    Appointment.objects.filter(pk__in=[appointment.pk for appointment in reminded]).update(reminded_at=timezone.now())
    return len(reminded)


def withdraw_reminders() -> int:
    """Take back those not mailed yet whose meeting was cancelled, moved or has begun; returns how many.

    What the mail server kept waiting would otherwise send people to a meeting that is not there. Given-up ones too,
    for they may be taken up again.
    """
    unsent = Notification.objects.filter(
        kind=NotificationKind.APPOINTMENT,
        key__contains="-reminder-",
        mail_state__in=[MailState.WAITING, MailState.FAILED],
    )
    standing = {key_of(appointment) for appointment in _upcoming()}
    stale = [pk for pk, key in unsent.values_list("pk", "key") if key not in standing]
    still_unsent = Notification.objects.filter(pk__in=stale, mail_state__in=[MailState.WAITING, MailState.FAILED])
    return still_unsent.update(mail_state=MailState.NONE)
