"""A student's consent that records leave the school (34 CFR 99.30): given and withdrawn by the student alone."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import Consent, StudentProfile
from advising.types import User

from .access import watchers
from .notifications import notify


@transaction.atomic
def give_consent(
    student: StudentProfile,
    *,
    user: User,
    recipient: str,
    records: str,
    purpose: str,
    starts_on: date,
    ends_on: date | None,
    confirmed: bool,
) -> Consent:
    """Sign a consent, dated now; the student gets word of it, and those who keep the record.

    Both days belong to it. Raises AdvisingError when it is not the user's own record, is not confirmed, says too
    little, reaches into the past (consent comes before the disclosure, 99.30(a)), or ends before it begins.
    """
    if not policy.can(user, Verb.EDIT, student):
        raise AdvisingError("Only the student gives consent about their record.")
    if not confirmed:
        raise AdvisingError("Confirm that you give this consent yourself.")
    said = {"recipient": recipient.strip(), "records": records.strip(), "purpose": purpose.strip()}
    if not all(said.values()):
        raise AdvisingError("Say who may receive which records, and for what purpose.")
    if starts_on < timezone.localdate():
        raise AdvisingError("A consent begins today or later: it cannot cover what was disclosed before.")
    if ends_on and ends_on < starts_on:
        raise AdvisingError("It cannot end before it begins.")
    consent = Consent.objects.create(student=student, starts_on=starts_on, ends_on=ends_on, **said)
    _tell([student.user], "You gave a consent about your record", consent, "given", reverse("advising:consents"))
    _tell_keepers(consent, "gave", "given")
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, user: User) -> None:
    """End a consent now; it stays as history, and so does what was disclosed on it.

    Those who keep the record are told. Raises AdvisingError when it is not the user's own, or is over already.
    """
    consent = Consent.objects.select_for_update(of=("self",)).select_related("student__user").get(pk=consent.pk)
    if not policy.can(user, Verb.EDIT, consent):
        raise AdvisingError("This is not your consent.")
    if not consent.may_be_withdrawn:
        raise AdvisingError("This consent is over already.")
    consent.revoked_at = timezone.now()
    consent.save(update_fields=["revoked_at"])
    _tell_keepers(consent, "withdrew", "withdrawn")


def _tell_keepers(consent: Consent, what: str, step: str) -> None:
    student = consent.student
    link = reverse("advising:disclosures", args=[student.pk])
    people = watchers(student).exclude(pk=student.user_id)
    _tell(people, f"{student.name} {what} a consent about their record", consent, step, link)


def _tell(users: Iterable[User], subject: str, consent: Consent, step: str, link: str) -> None:
    key = f"consent-{consent.pk}-{step}"
    notify(users, kind=NotificationKind.ACCESS, subject=subject, link=link, key=key)
