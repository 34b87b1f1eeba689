"""Who may see which row: the rules of the advising record, written as the conditions of its queries.

Each queryset states its rules once, as ``reason -> condition``. ``visible_to(user)`` keeps the rows that one of them
grants, ``with_access(user)`` says by which (``access``, empty: by none), and ``policy.can`` asks these and nothing
else. What no rule grants is not seen.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from advising.choices import (
    ALERT_OPEN,
    APPOINTMENT_CANCELLED,
    AlertEventKind,
    AppointmentState,
    ItemFor,
    ItemState,
    MailState,
    NoteState,
    NoteVisibility,
    Reason,
    Role,
)

RECENT_DAYS = 30
"""A meeting keeps the record within its advisor's reach for this long."""

NOBODY = Q(pk__in=[])


def has_role(user, *roles: Role) -> bool:
    """Whether the user is in one of the groups; a superuser counts as an administrator."""
    if not user.is_active or not user.is_authenticated:
        return False
    if user.is_superuser and Role.ADMINISTRATOR in roles:
        return True
    return user.groups.filter(name__in=roles).exists()


def ties(user, student: str = "student_id") -> dict[Reason, Exists]:
    """The relationships that let an advisor reach a student, as conditions on the column ``student``.

    All of them need an active advisor profile, but for emergency access, which administrators may take too. Each is
    read anew, so a relationship that ended a moment ago grants nothing.
    """
    from advising.models import AdvisorProfile, Alert, Appointment, Assignment, BreakGlass

    now = timezone.now()
    mine = AdvisorProfile.objects.active().filter(user=user)
    of_student = {"student": OuterRef(student)}
    assignments = Assignment.objects.active().filter(**of_student)
    queue = Q(owner__in=mine) | Q(unit__in=mine.values("unit"))
    opened = BreakGlass.objects.open().filter(user=user, note=None, **of_student)
    return {
        Reason.ASSIGNED: Exists(assignments.filter(advisor__in=mine)),
        Reason.UNIT: Exists(assignments.filter(unit__in=mine.values("unit"))),
        Reason.OPEN_ALERT: Exists(Alert.objects.filter(queue, state__in=ALERT_OPEN, **of_student)),
        Reason.APPOINTMENT: Exists(
            Appointment.objects.filter(
                advisor__in=mine, ends_at__gte=now - timedelta(days=RECENT_DAYS), **of_student
            ).exclude(state__in=[*APPOINTMENT_CANCELLED, AppointmentState.EXCUSED])
        ),
        Reason.BREAK_GLASS: Exists(opened),
    }


def leads(user, student: str = "student_id") -> Q:
    """Rows about students whom the unit of this lead advisor advises."""
    return Q(ties(user, student)[Reason.UNIT]) if has_role(user, Role.LEAD) else NOBODY


def keeps_records(user, student: str = "student_id") -> dict[Reason, Q]:
    """Those who keep the logs and answer requests: the unit's lead, and administrators for every unit."""
    return {Reason.UNIT: ~NOBODY if has_role(user, Role.ADMINISTRATOR) else leads(user, student)}


class RecordQuerySet(models.QuerySet):
    """Rows with rules. A subclass says which."""

    def rules(self, user) -> Mapping[Reason, Q]:
        """What grants access, the reason to be logged first."""
        raise NotImplementedError

    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(reduce(or_, self.rules(user).values(), NOBODY))

    def with_access(self, user):
        """Annotate ``access``: the Reason by which ``user`` may see the row, or an empty text."""
        whens = []
        if user.is_authenticated and user.is_active:
            whens = [When(condition, then=Value(reason.value)) for reason, condition in self.rules(user).items()]
        return self.annotate(access=Case(*whens, default=Value(""), output_field=CharField()))


class OwnQuerySet(RecordQuerySet):
    """Rows that concern their user alone."""

    def rules(self, user):
        return {Reason.SELF: Q(user=user)}


class NotificationQuerySet(OwnQuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def to_mail(self, stale: datetime):
        """Those whose time to be mailed has come; one taken in hand before ``stale`` was left behind by its sender."""
        return self.filter(
            Q(next_attempt_at=None) | Q(next_attempt_at__lte=timezone.now()),
            Q(claimed_at=None) | Q(claimed_at__lt=stale),
            mail_state=MailState.WAITING,
        )


class OwnStudentQuerySet(RecordQuerySet):
    """Rows that concern their student alone."""

    def rules(self, user):
        return {Reason.SELF: Q(student__user=user)}


class StudentRecordQuerySet(RecordQuerySet):
    """Rows that the student and everyone who reaches the student may see."""

    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), **ties(user)}


class StudentQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(user=user), **ties(user, "pk")}


class AdvisorQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, user__is_active=True)

    def leads_of(self, unit):
        return self.active().filter(unit=unit, user__groups__name=Role.LEAD)


class AssignmentQuerySet(StudentRecordQuerySet):
    def active(self):
        today = timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)


class PathwayItemQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(goal__student__user=user), **ties(user, "goal__student_id")}


def note_rules(user, note: str = "", visibility: str = "visibility") -> dict[Reason, Q]:
    """Who reads a text about a student. ``note`` is the path to the note, ``visibility`` to what the text is under.

    author_only: nobody else, unless an administrator reveals this one note. team: who is assigned to the student.
    unit: also the author's unit, while it advises the student. advisors: also whoever else reaches the student.
    student: the team and the student. Emergency access reads what the team reads. A draft is its author's.
    """
    from advising.models import AdvisorProfile, BreakGlass

    mine = AdvisorProfile.objects.active().filter(user=user)
    tie = ties(user, f"{note}student_id")
    published = Q(**{f"{note}state": NoteState.PUBLISHED})

    def under(*visibilities: NoteVisibility) -> Q:
        return published & Q(**{f"{visibility}__in": visibilities})

    shared = under(NoteVisibility.TEAM, NoteVisibility.UNIT, NoteVisibility.ADVISORS, NoteVisibility.STUDENT)
    advisors = under(NoteVisibility.ADVISORS)
    peers = under(NoteVisibility.UNIT) & Q(**{f"{note}unit__in": mine.values("unit")})
    revealed = Exists(BreakGlass.objects.open().filter(user=user, note=OuterRef(f"{note}pk")))
    return {
        Reason.AUTHOR: ~Q(**{f"{note}state": NoteState.DELETED}) & Q(**{f"{note}author__in": mine.values("user")}),
        Reason.SELF: under(NoteVisibility.STUDENT) & Q(**{f"{note}student__user": user}),
        Reason.ASSIGNED: shared & tie[Reason.ASSIGNED],
        Reason.UNIT: (advisors | peers) & tie[Reason.UNIT],
        Reason.OPEN_ALERT: advisors & tie[Reason.OPEN_ALERT],
        Reason.APPOINTMENT: advisors & tie[Reason.APPOINTMENT],
        Reason.BREAK_GLASS: (shared & tie[Reason.BREAK_GLASS]) | (published & revealed),
    }


class NoteQuerySet(RecordQuerySet):
    """``visible_to``: notes whose text the user may read. ``known_to``: those they may know of."""

    def rules(self, user):
        return note_rules(user)

    def published(self):
        return self.filter(state=NoteState.PUBLISHED)

    def known_to(self, user):
        """What may be listed: every note one may read, and for those who reach the student the others' existence.

        The text of a row with an empty ``access`` never leaves the database: read ``shown_topic`` and ``shown_body``.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        exists = reduce(or_, (Q(tie) for tie in ties(user).values())) & ~Q(state=NoteState.DRAFT)
        readable = reduce(or_, self.rules(user).values())
        return (
            self.filter(readable | exists)
            .with_access(user)
            .annotate(
                shown_topic=Case(When(access="", then=Value("")), default=F("topic")),
                shown_body=Case(When(access="", then=Value("")), default=F("body"), output_field=models.TextField()),
            )
            .defer("topic", "body")
        )


class NoteVersionQuerySet(RecordQuerySet):
    """An earlier text is read by those who may read both it, as it was shared then, and the note as it is now."""

    def rules(self, user):
        from advising.models import Note

        still = Q(note__in=Note.objects.visible_to(user).values("pk"))
        return {reason: condition & still for reason, condition in note_rules(user, "note__").items()}


class AttachmentQuerySet(RecordQuerySet):
    def rules(self, user):
        return note_rules(user, "note__", "note__visibility")


def alert_rules(user, alert: str = "") -> dict[Reason, Q]:
    """Those who answer it or reach the student; last, and without its private text, those who raised it.

    Never the student, whatever else they are here.
    """
    from advising.models import AdvisorProfile, AlertEvent

    mine = AdvisorProfile.objects.active().filter(user=user)
    tie = ties(user, f"{alert}student_id")
    raised = AlertEvent.objects.filter(
        alert=OuterRef(f"{alert}pk"), user=user, kind__in=[AlertEventKind.RAISED, AlertEventKind.JOINED]
    )
    about_others = ~Q(**{f"{alert}student__user": user})
    rules = {
        Reason.ASSIGNED: Q(tie[Reason.ASSIGNED]),
        Reason.UNIT: Q(tie[Reason.UNIT]),
        Reason.OPEN_ALERT: Q(**{f"{alert}owner__in": mine}) | Q(**{f"{alert}unit__in": mine.values("unit")}),
        Reason.BREAK_GLASS: Q(tie[Reason.BREAK_GLASS]),
        Reason.AUTHOR: Q(**{f"{alert}raiser": user}) | Exists(raised),
    }
    return {reason: rule & about_others for reason, rule in rules.items()}


class AlertQuerySet(RecordQuerySet):
    def rules(self, user):
        return alert_rules(user)

    def open(self):
        return self.filter(state__in=ALERT_OPEN)

    def overdue(self):
        return self.open().filter(due_at__lt=timezone.now())

    def in_queue(self):
        """Nobody's: without an owner, or with one who no longer advises."""
        return self.open().filter(Q(owner=None) | Q(owner__is_active=False) | Q(owner__user__is_active=False))

    def raised_by(self, user):
        """Those that ``user`` raised or joined."""
        return self.filter(alert_rules(user)[Reason.AUTHOR])


class AlertEventQuerySet(RecordQuerySet):
    """Those who raise an alert see its open steps, and of what was raised their own words alone."""

    def rules(self, user):
        rules = alert_rules(user, "alert__")
        said = [AlertEventKind.RAISED, AlertEventKind.JOINED]
        of_all = Q(is_private=False) & ~Q(kind__in=said)
        return {**rules, Reason.AUTHOR: (rules[Reason.AUTHOR] & of_all) | Q(user=user, kind__in=said)}


def appointment_rules(user, appointment: str = "") -> dict[Reason, Q]:
    """The two who meet, and those who advise the student."""
    tie = ties(user, f"{appointment}student_id")
    return {
        Reason.SELF: Q(**{f"{appointment}student__user": user}),
        Reason.APPOINTMENT: Q(**{f"{appointment}advisor__user": user, f"{appointment}advisor__is_active": True}),
        **{reason: Q(tie[reason]) for reason in (Reason.ASSIGNED, Reason.UNIT, Reason.BREAK_GLASS)},
    }


class AppointmentQuerySet(RecordQuerySet):
    def rules(self, user):
        return appointment_rules(user)

    def standing(self):
        """Not called off."""
        return self.exclude(state__in=[*APPOINTMENT_CANCELLED, AppointmentState.EXCUSED])


class AppointmentPartQuerySet(RecordQuerySet):
    def rules(self, user):
        return appointment_rules(user, "appointment__")


def unit_of(user, path: str) -> Q:
    from advising.models import AdvisorProfile

    return Q(**{f"{path}__in": AdvisorProfile.objects.active().filter(user=user).values("unit")})


class DropInQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "unit")}


class CampaignQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.UNIT: unit_of(user, "advisor__unit")}


class InvitationQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), Reason.UNIT: unit_of(user, "campaign__advisor__unit")}


class ActionItemQuerySet(RecordQuerySet):
    """A student sees what is theirs to do, not the advisor's own list."""

    def rules(self, user):
        return {Reason.SELF: Q(student__user=user, assignee=ItemFor.STUDENT), **ties(user)}

    def open(self):
        return self.filter(state=ItemState.OPEN)

    def overdue(self):
        """Still to do, and the day it was due by is over."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def to_be_done_by(self, user):
        """The user's own list."""
        return self.filter(
            Q(student__user=user, assignee=ItemFor.STUDENT) | Q(advisor__user=user, assignee=ItemFor.ADVISOR)
        )

    def with_links(self):
        return self.select_related(
            "student__user", "advisor__user", "program__organization", "certification", "job_title", "template"
        )


class TemplateQuerySet(RecordQuerySet):
    def rules(self, user):
        from advising.models import AdvisorProfile

        is_advisor = Q(Exists(AdvisorProfile.objects.active().filter(user=user)))
        return {Reason.UNIT: unit_of(user, "unit") | (Q(unit__isnull=True) & is_advisor)}

    def with_counts(self):
        """Annotate ``item_count``, the lines of each."""
        return self.annotate(item_count=Count("items"))


class RecordRequestQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), **keeps_records(user)}


class DisclosureLogQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(student__user=user), **keeps_records(user)}


class ConsentQuerySet(StudentRecordQuerySet):
    def valid_on(self, day):
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, revoked_at__isnull=True)


class AccessLogQuerySet(RecordQuerySet):
    def rules(self, user):
        return keeps_records(user)


class BreakGlassQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(user=user), **keeps_records(user)}

    def open(self):
        """Running now, of someone who is still staff."""
        now = timezone.now()
        staff = (
            Q(user__advisor_profile__is_active=True)
            | Q(user__is_superuser=True)
            | Q(user__groups__name=Role.ADMINISTRATOR)
        )
        return self.filter(staff, user__is_active=True, starts_at__lte=now, ends_at__gt=now)
