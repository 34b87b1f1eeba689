"""Inviting a list of students to book, and reminding those who have not."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from advising import policy
from advising.choices import APPOINTMENT_KEPT, NotificationKind, Reason, Verb
from advising.exceptions import AdvisingError
from advising.models import (
    AdvisorProfile,
    Appointment,
    Assignment,
    Campaign,
    CampaignInvitation,
    StudentProfile,
)
from advising.querysets import InvitationQuerySet, StudentQuerySet
from advising.services.booking import bookable_advisors
from advising.services.notifications import notify
from advising.types import User

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Students: TypeAlias = StudentQuerySet[StudentProfile]
Invitations: TypeAlias = InvitationQuerySet[CampaignInvitation]


class Booked(TypedDict):
    """What ``with_booking`` adds."""

    has_booked: bool


REMIND_AGAIN = timedelta(hours=20)
"""Nobody is reminded twice in a day, however often somebody asks for it."""


def invitable_students(advisor: AdvisorProfile) -> Students:
    """Those whom the advisor or the unit advises now, and whom the advisor may see."""
    active = Assignment.objects.active().filter(Q(advisor=advisor) | Q(unit=advisor.unit_id))
    visible = StudentProfile.objects.active().visible_to(advisor.user).exclude(user=advisor.user_id)
    return visible.filter(pk__in=active.values("student")).select_related("user")


def own_students(advisor: AdvisorProfile) -> QuerySet[Assignment, Any]:
    """Ids of those whom the advisor, and not only the unit, advises now."""
    return Assignment.objects.active().filter(advisor=advisor).values("student")


def not_met_since(students: Students, days: int) -> Students:
    """Those without a kept appointment in so many days."""
    since = timezone.now() - timedelta(days=days)
    kept = Appointment.objects.filter(student=OuterRef("pk"), state__in=APPOINTMENT_KEPT, starts_at__gte=since)
    return students.filter(~Exists(kept))


def _is_booked() -> Exists:
    """Of an invitation: there is a standing appointment of the campaign. A cancelled one does not count."""
    standing = Appointment.objects.standing()
    return Exists(standing.filter(campaign=OuterRef("campaign_id"), student=OuterRef("student_id")))


def with_booking(invitations: Invitations) -> "InvitationQuerySet[WithAnnotations[CampaignInvitation, Booked]]":
    """Annotate ``has_booked``."""
    return invitations.annotate(has_booked=_is_booked())


@transaction.atomic
def create_campaign(
    advisor: AdvisorProfile,
    *,
    user: User,
    students: Iterable[StudentProfile],
    name: str,
    opens_on: date,
    closes_on: date,
    message: str = "",
) -> Campaign:
    """Invite ``students`` to book with the advisor on one of those days (both included), and tell each.

    Raises AdvisingError when the user may not, for nobody, or for a student whom the advisor does not advise.
    """
    if not policy.can(user, Verb.KEEP_HOURS, advisor):
        raise AdvisingError("Only advisors can invite students, to meet themselves.")
    chosen = {student.pk for student in students}
    if not chosen:
        raise AdvisingError("Choose at least one student.")
    allowed = list(invitable_students(advisor).filter(pk__in=chosen))
    if len(allowed) < len(chosen):
        raise AdvisingError("Some of these students are no longer advised by your unit. Choose again.")
    campaign = Campaign.objects.create(
        advisor=advisor, name=name, message=message, opens_on=opens_on, closes_on=closes_on, created_by=user
    )
    CampaignInvitation.objects.bulk_create(
        [CampaignInvitation(campaign=campaign, student=student) for student in allowed]
    )
    _tell(campaign, allowed, f"{advisor} invites you to book an appointment", "invite")
    return campaign


def _tell(campaign: Campaign, students: list[StudentProfile], subject: str, step: str) -> None:
    last = date_format(campaign.closes_on, "M j")
    # One link for all of them: it leads each to their own page of the advisor's free times.
    notify(
        [student.user for student in students],
        kind=NotificationKind.APPOINTMENT,
        subject=f"{subject} by {last}",
        link=reverse("advising:book_with", args=[campaign.advisor_id]),
        key=f"campaign-{campaign.pk}-{step}",
    )


@transaction.atomic
def remind_invited(campaign: Campaign, *, user: User) -> int:
    """Remind those who have not booked, at most once a day each; returns how many were told.

    Raises AdvisingError when the user may not, when the campaign is over, or when its advisor takes no appointments.
    """
    if policy.can(user, Verb.EDIT, campaign).reason != Reason.UNIT:
        raise AdvisingError("Only advisors of this unit can send reminders.")
    if campaign.closes_on < timezone.localdate():
        raise AdvisingError("This campaign is over. Start a new one.")
    if not AdvisorProfile.objects.active().filter(pk=campaign.advisor_id).exists():
        raise AdvisingError(f"{campaign.advisor} takes no appointments any more. Start a campaign of your own.")
    now = timezone.now()
    invited = CampaignInvitation.objects.select_for_update(of=("self",)).filter(
        Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_AGAIN),
        campaign=campaign,
        student__in=StudentProfile.objects.active(),
    )
    due = list(invited.filter(~_is_booked()).select_related("student__user"))
    _tell(
        campaign,
        [invitation.student for invitation in due],
        f"Reminder: {campaign.advisor} asks you to book an appointment",
        f"remind-{now:%Y%m%d%H%M%S}",
    )
    CampaignInvitation.objects.filter(pk__in=[invitation.pk for invitation in due]).update(reminded_at=now)
    return len(due)


def open_invitations(student: StudentProfile) -> Invitations:
    """Campaigns that wait for this student to book, from the day they are invited: the days to meet may be later."""
    invited = student.invitations.filter(
        campaign__closes_on__gte=timezone.localdate(), campaign__advisor__in=bookable_advisors(student, student.user)
    )
    return invited.filter(~_is_booked()).select_related("campaign__advisor__user")
