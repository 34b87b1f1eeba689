"""What allauth asks us: who a new account becomes, how mail about it leaves, whom a school's identity provider may
vouch for, and how the secrets of second factors are kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.urls import reverse

from advising.models import StudentProfile
from advising.policy import is_advisor
from advising.services.people import enroll_student
from advising.services.sealed import cipher
from portal import sign_in
from portal.services.account_mail import send_later
from programs.views.safe_next import is_own_path


class AccountAdapter(DefaultAccountAdapter):
    def get_login_redirect_url(self, request):
        """Where the user works; allauth asks only when no ``next`` says where they were going."""
        user = request.user
        if is_advisor(user):
            return reverse("advising:caseload")
        if user.is_staff:
            return reverse("admin:index")
        if StudentProfile.objects.filter(user=user).exists():
            return request.session.pop(sign_in.KEPT, "") or reverse("advising:me")
        return super().get_login_redirect_url(request)

    def send_mail(self, template_prefix, email, context):
        """By the outbox, so that a mail server in trouble keeps nobody waiting; on one's own machine it is printed."""
        if settings.LOCAL:
            super().send_mail(template_prefix, email, context)
            return
        about = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        send_later(self.render_mail(template_prefix, email, about | context))

    def send_account_already_exists_mail(self, email):
        """As long as making an account takes, which is to hash its password: the time would tell who has one."""
        make_password(self.request.POST.get("password1"))
        super().send_account_already_exists_mail(email)

    def is_safe_url(self, url):
        """A path of this site, as everywhere else; an identity provider may put the site's address before it."""
        return is_own_path(url.removeprefix(f"{self.request.scheme}://{self.request.get_host()}"))

    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        """Whoever signs up is a student; staff get their role from an administrator."""
        user = super().save_user(request, user, form, commit=commit)
        if commit:
            enroll_student(user)
            sign_in.keep_next(request)
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


PURPOSE = "second factors"


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted in the database: a copy of it does not sign anybody in."""

    def encrypt(self, text):
        return cipher(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return cipher(PURPOSE).decrypt(encrypted_text.encode()).decode()
