"""The accounts of the demonstration: one of each role, with a password that the sign-in page tells everyone."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

PASSWORD = "waypoint-demo"  # noqa: S105 - public on purpose, and only in demo mode


@dataclass(frozen=True)
class DemoAccount:
    """One known account. ``group`` is the group whose rights it has."""

    role: str
    email: str
    first_name: str
    last_name: str
    group: str
    can: str
    is_staff: bool = False
    is_superuser: bool = False
    password: str = PASSWORD


ACCOUNTS = (
    DemoAccount(
        "Student",
        "student@demo.example",
        "Sam",
        "Rivera",
        "Student",
        "Save programs, set a goal, talk with an advisor.",
    ),
    DemoAccount(
        "Advisor",
        "advisor@demo.example",
        "Ada",
        "Lindqvist",
        "Advisor",
        "Keep the records of the students assigned to them.",
    ),
    DemoAccount(
        "Advisor of another office",
        "career@demo.example",
        "Ines",
        "Moreau",
        "Advisor",
        "See what another office sees of a student, and what stays closed to it.",
    ),
    DemoAccount(
        "Lead advisor",
        "lead@demo.example",
        "Leah",
        "Novak",
        "Lead advisor",
        "Assign and transfer students, see reports and who read a record.",
    ),
    DemoAccount(
        "Catalog editor",
        "editor@demo.example",
        "Edda",
        "Okafor",
        "Catalog editor",
        "Edit schools, programs, certifications and job titles in the administration.",
        is_staff=True,
    ),
    DemoAccount(
        "Administrator",
        "admin@demo.example",
        "Alma",
        "Whitfield",
        "Administrator",
        "Everything, accounts included.",
        is_staff=True,
        is_superuser=True,
    ),
)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """The accounts for the sign-in page to show; none outside demo mode."""
    return ACCOUNTS if settings.DEMO else ()


@transaction.atomic
def make_demo_accounts() -> int:
    """Make the accounts that are missing, verified and ready to sign in; returns how many.

    An account that is there keeps its password and rights. The groups come from a migration of advising. Outside demo
    mode nothing is made.
    """
    made = 0
    for account in demo_accounts():
        user_model = get_user_model()
        if user_model.objects.filter(email=account.email).exists():
            continue
        user = user_model.objects.create_user(
            account.email,
            account.password,
            first_name=account.first_name,
            last_name=account.last_name,
            is_staff=account.is_staff,
            is_superuser=account.is_superuser,
        )
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        user.groups.add(Group.objects.get(name=account.group))
        made += 1
    return made
