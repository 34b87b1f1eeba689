from django.conf import settings
from django.db import models
from django.db.models import Q

from advising.choices import MailState, NotificationKind
from advising.querysets import NotificationQuerySet


class Notification(models.Model):
    """Word to one person, written in the transaction of the change it tells of, mailed later by the outbox.

    ``subject`` and ``link`` (a path of this site) hold no text of a note, alert or file. ``key`` names the event,
    so that telling it twice is refused. ``unsubscribe`` is the path that stops mail like it by one POST (RFC 8058).
    The calendar file of ``appointment`` goes with the mail.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=14, choices=NotificationKind)
    subject = models.CharField(max_length=200)
    link = models.CharField(max_length=300, blank=True)
    unsubscribe = models.CharField(max_length=300, blank=True)
    appointment = models.ForeignKey("advising.Appointment", models.SET_NULL, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 - null: an event with no name of its own
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="A sender has it in hand.")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["user", "read_at"], name="notification_user_unread"),  # the bell
            models.Index(fields=["mail_state", "next_attempt_at"], name="notification_outbox"),  # what to mail next
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=Q(key__isnull=False), name="notification_told_once"
            ),
            models.CheckConstraint(
                condition=Q(mail_state=MailState.SENT, sent_at__isnull=False)
                | (~Q(mail_state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="notification_sent_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Notification {self.pk}"
