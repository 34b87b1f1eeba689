"""What allauth asks us: who a new account becomes, whom a school's identity provider may vouch for, and how the
secrets of second factors are kept."""

from base64 import urlsafe_b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse

from advising.models import StudentProfile
from advising.policy import is_advisor
from advising.services.people import enroll_student
from portal import sign_in
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


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted in the database: a copy of it does not sign anybody in."""

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Writes under SECRET_KEY, and reads what SECRET_KEY_FALLBACKS wrote too."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    purpose = {"algorithm": SHA256(), "length": 32, "salt": None, "info": b"second factors"}
    return MultiFernet([Fernet(urlsafe_b64encode(HKDF(**purpose).derive(key.encode()))) for key in keys])
