"""The advising records of the demonstration's accounts."""

from django.contrib.auth import get_user_model

from advising.services.demo import make_demo_records
from portal.services.demo_accounts import demo_accounts

PARTS = {
    "student": "student@demo.example",
    "advisor": "advisor@demo.example",
    "career_advisor": "career@demo.example",
    "lead": "lead@demo.example",
    "editor": "editor@demo.example",
}
"""Which account plays whom."""


def make_records_of_accounts() -> int:
    """Make the records that are missing; returns of how many students. Outside demo mode nothing is made."""
    if not demo_accounts():
        return 0
    users = {user.email: user for user in get_user_model().objects.filter(email__in=PARTS.values())}
    if not set(PARTS.values()) <= users.keys():
        return 0
    return make_demo_records(**{part: users[email] for part, email in PARTS.items()})
