"""What allauth asks us: who a new account becomes, and whom a school's identity provider may vouch for."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction

from advising.services.people import enroll_student


class AccountAdapter(DefaultAccountAdapter):
    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        """Whoever signs up is a student; staff get their role from an administrator."""
        user = super().save_user(request, user, form, commit=commit)
        if commit:
            enroll_student(user)
        return user


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    @transaction.atomic
    def save_user(self, request, sociallogin, form=None):
        user = super().save_user(request, sociallogin, form)
        enroll_student(user)
        return user

    def can_authenticate_by_email(self, login, email):
        """Whether who comes with this address enters the account that has it: for domains the school has named."""
        return email.rpartition("@")[2].lower() in settings.SSO_EMAIL_DOMAINS
