from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from advising.choices import MailState
from advising.querysets.notifications import to_mail


class LowercaseEmailField(models.EmailField):
    """An address as people mean it: without regard to case, so that one mailbox is one account."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value

    def to_python(self, value):
        value = super().to_python(value)
        return value.lower() if isinstance(value, str) else value


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """Make an account. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email):
        return self.get(email=(email or "").lower())


class User(AbstractUser):
    """A person who signs in by e-mail."""

    username = None  # type: ignore[assignment]  # people sign in by e-mail
    email = LowercaseEmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # makes accounts without a user name

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lowercase"),
        ]

    def __str__(self):
        return self.get_full_name() or self.email


class AccountMailQuerySet(models.QuerySet):
    to_mail = to_mail


class AccountMail(models.Model):
    """Mail about an account, while it waits for the outbox. ``sealed`` is all of it, encrypted."""

    sealed = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    mail_state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="A sender has it in hand.")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = AccountMailQuerySet.as_manager()

    def __str__(self):
        return f"Account mail {self.pk}"
