"""What allauth asks us: who a new account becomes."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
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
