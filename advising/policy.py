"""Who may do what to an advising record. Everything that shows or changes one asks here.

``can(user, verb, obj)`` answers with a Decision; what no rule allows is refused, an unknown verb included. Rules of
seeing are the queries of ``advising.querysets``; ``view`` asks those, so a list and a single record never disagree.
``readers(...)`` names the people whom those rules let read a note.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps

from django.contrib.auth import get_user_model
from django.db.models import Case, IntegerField, Model, Q, Value, When
from django.utils import timezone

from advising import models
from advising.choices import (
    ALERT_OPEN,
    STAFF_ROLES,
    ItemFor,
    NoteState,
    NoteVisibility,
    Reason,
    RequestState,
    Role,
)
from advising.querysets import RECENT_DAYS, RecordQuerySet, has_role, keeps_records, standing_of

BREAK_GLASS_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Decision:
    """``reason`` is the Reason that allowed it, and empty for a refusal."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


REFUSED = Decision(False)


def can(user, verb: str, obj: Model) -> Decision:
    """Whether ``user`` may do ``verb`` to ``obj``; ties are read anew each time, a user's roles once a request."""
    if not user.is_authenticated or not user.is_active:
        return REFUSED
    rule = RULES.get((type(obj), verb)) or (view if verb == "view" else None)
    return rule(user, obj) if rule else REFUSED


_shared: ContextVar[dict | None] = ContextVar("what several verbs about one record share", default=None)


def can_each(user, verbs: Iterable[str], obj: Model, *, seen: Decision) -> dict[str, Decision]:
    """``can`` for each verb, where what they have in common is read once. ``seen`` is what ``view`` just answered."""
    token = _shared.set({(view.__wrapped__, user.pk, type(obj), obj.pk): seen})
    try:
        return {verb: can(user, verb, obj) for verb in verbs}
    finally:
        _shared.reset(token)


def shared(rule: Callable[..., Decision]) -> Callable[..., Decision]:
    """A rule that others rest on: within ``can_each`` it is worked out once for a user and a record."""

    @wraps(rule)
    def once(user, obj: Model) -> Decision:
        known = _shared.get()
        if known is None:
            return rule(user, obj)
        key = (rule, user.pk, type(obj), obj.pk)
        if key not in known:
            known[key] = rule(user, obj)
        return known[key]

    return once


@shared
def view(user, obj: Model) -> Decision:
    """What a record's own queryset grants."""
    reason = with_access(type(obj), user).filter(pk=obj.pk).values_list("access", flat=True).first()
    return granted(reason)


def with_access(model: type[Model], user):
    """All rows of ``model``, each with ``access``: the Reason of ``view``, empty where it refuses."""
    queryset = model._default_manager.all()
    if isinstance(queryset, RecordQuerySet):
        return queryset.with_access(user)
    return queryset.annotate(access=Value(""))


def granted(reason: str | None) -> Decision:
    return Decision(True, reason) if reason else REFUSED


def reason_of(user, obj: Model, *among: Reason) -> Decision:
    """``view``, where the reason is one of ``among``."""
    decision = view(user, obj)
    return decision if decision.reason in among else REFUSED


# People


def is_advisor(user) -> bool:
    return standing_of(user).is_advisor


def is_student(user) -> bool:
    return standing_of(user).is_student


def is_staff(user) -> bool:
    """Advisors, leads, catalog editors and administrators: those who must sign in with a second factor."""
    return user.is_authenticated and (user.is_staff or has_role(user, *STAFF_ROLES) or is_advisor(user))


def is_record_keeper(user) -> bool:
    """Leads, for the students of their unit, and administrators: they see the logs and answer requests."""
    return has_role(user, Role.LEAD, Role.ADMINISTRATOR)


def role_of(user) -> str:
    """The widest role, as the logs and a note's signature write it."""
    if user.is_superuser:
        return Role.ADMINISTRATOR.label
    names = standing_of(user).roles
    widest = (Role.ADMINISTRATOR, Role.LEAD, Role.ADVISOR, Role.EDITOR, Role.STUDENT)
    return next((role.label for role in widest if role in names), "None")


TIES = (Reason.ASSIGNED, Reason.UNIT, Reason.OPEN_ALERT, Reason.APPOINTMENT, Reason.BREAK_GLASS)


def reach(user, student: models.StudentProfile) -> Decision:
    """Whether an advisor works with the student, by any relationship."""
    return reason_of(user, student, *TIES) if is_advisor(user) else REFUSED


def reach_or_self(user, student: models.StudentProfile) -> Decision:
    return reason_of(user, student, Reason.SELF) or reach(user, student)


def book(user, student: models.StudentProfile) -> Decision:
    """As ``reach_or_self``, while the student's account lasts."""
    return reach_or_self(user, student) if student.user.is_active else REFUSED


def edit_student(user, student: models.StudentProfile) -> Decision:
    return reason_of(user, student, Reason.SELF)


def raise_alert(user, student: models.StudentProfile) -> Decision:
    """Any member of staff, about any student but themselves."""
    allowed = is_staff(user) and student.user_id != user.pk
    return Decision(True, view(user, student).reason) if allowed else REFUSED


@shared
def keep_records(user, student: models.StudentProfile) -> Decision:
    """See who read a record, note and read disclosures, decide on requests."""
    allowed = models.StudentProfile.objects.filter(keeps_records(user, "pk")[Reason.UNIT], pk=student.pk).exists()
    return Decision(True, Reason.UNIT) if allowed and student.user_id != user.pk else REFUSED


def see_disclosures(user, student: models.StudentProfile) -> Decision:
    return reason_of(user, student, Reason.SELF) or keep_records(user, student)


def assign(user, student: models.StudentProfile) -> Decision:
    """Give an advisor, end it: leads for a student of their unit or of no unit yet, and administrators."""
    allowed = models.StudentProfile.objects.assignable_by(user).filter(pk=student.pk).exists()
    return Decision(True, Reason.UNIT) if allowed else REFUSED


def may_break_glass(user) -> bool:
    return is_advisor(user) or has_role(user, Role.ADMINISTRATOR)


def break_glass(user, student: models.StudentProfile) -> Decision:
    """Advisors and administrators, for any student but themselves."""
    allowed = may_break_glass(user) and student.user_id != user.pk
    return Decision(True, Reason.BREAK_GLASS) if allowed else REFUSED


# Notes


def edit_note(user, note: models.Note) -> Decision:
    """Its author: a draft always, a published note while they still work with the student."""
    decision = reason_of(user, note, Reason.AUTHOR)
    if note.state == NoteState.DRAFT:
        return decision
    return decision if decision and reach(user, note.student) else REFUSED


def reveal_note(user, note: models.Note) -> Decision:
    """An administrator, with a reason, a note that is closed to them."""
    closed = note.state == NoteState.PUBLISHED and note.student.user_id != user.pk
    return Decision(True, Reason.BREAK_GLASS) if closed and has_role(user, Role.ADMINISTRATOR) else REFUSED


def amend_note(user, note: models.Note) -> Decision:
    """The student asks to have a note corrected that they may read."""
    return reason_of(user, note, Reason.SELF)


# Alerts, appointments, items


def work_on_alert(user, alert: models.Alert) -> Decision:
    """Those who answer it; having raised it is not enough."""
    return reason_of(user, alert, *TIES)


def change_appointment(user, appointment: models.Appointment) -> Decision:
    """The two who meet, and those who advise the student."""
    return view(user, appointment)


def run_appointment(user, appointment: models.Appointment) -> Decision:
    """Check in, complete, mark as missed: staff only."""
    return reason_of(user, appointment, *TIES) if is_advisor(user) else REFUSED


def keep_hours(user, advisor: models.AdvisorProfile) -> Decision:
    """Say when one can be met, start a campaign: each advisor for themselves."""
    allowed = advisor.user_id == user.pk and is_advisor(user)
    return Decision(True, Reason.SELF) if allowed else REFUSED


def led_by(user):
    """The other advisors of the unit that this lead advisor works in."""
    if not has_role(user, Role.LEAD):
        return models.AdvisorProfile.objects.none()
    units = models.AdvisorProfile.objects.active().filter(user=user).values("unit")
    return models.AdvisorProfile.objects.filter(unit__in=units).exclude(user=user)


def close_day(user, advisor: models.AdvisorProfile) -> Decision:
    """The advisor, and the leads of their unit, for a colleague who is ill."""
    if decision := keep_hours(user, advisor):
        return decision
    return Decision(True, Reason.UNIT) if led_by(user).filter(pk=advisor.pk).exists() else REFUSED


def tick_item(user, item: models.ActionItem) -> Decision:
    if item.assignee == ItemFor.STUDENT:
        return view(user, item)
    return reason_of(user, item, *TIES)


def change_own(user, record: Model) -> Decision:
    """The student, for what they keep themselves."""
    return reason_of(user, record, Reason.SELF)


def decide_request(user, request: models.RecordRequest) -> Decision:
    return keep_records(user, request.student)


def inspect(user, request: models.RecordRequest) -> Decision:
    """Read the whole record (34 CFR 99.10): those who keep it from the day the student asks, so that they can answer;
    the student once it is granted; nobody after that is over.
    """
    if not request.opens_record:
        return REFUSED
    is_student = request.student.user_id == user.pk
    allowed = request.state == RequestState.GRANTED if is_student else bool(keep_records(user, request.student))
    return Decision(True, Reason.INSPECTION) if allowed else REFUSED


def presiders(request: models.RecordRequest):
    """Who may preside over its hearing: advisors, leads and administrators without a direct interest in the outcome
    (34 CFR 99.22(c)), so neither the student, nor whoever refused, nor the author of the note.
    """
    staff = Q(advisor_profile__is_active=True) | Q(groups__name__in=[Role.LEAD, Role.ADMINISTRATOR])
    interested = {request.student.user_id, request.decided_by_id, request.note.author_id if request.note else None}
    people = get_user_model().objects.filter(staff | Q(is_superuser=True), is_active=True).exclude(pk__in=interested)
    return people.order_by("last_name", "first_name", "pk").distinct()


def change_plan(user, record: Model) -> Decision:
    """The student and the advisors who work with them."""
    return view(user, record)


def change_as_advisor(user, record: Model) -> Decision:
    return reason_of(user, record, *TIES)


RULES: dict[tuple[type[Model], str], Callable[..., Decision]] = {
    (models.StudentProfile, "edit"): edit_student,
    (models.StudentProfile, "plan"): reach_or_self,
    (models.StudentProfile, "book"): book,
    (models.StudentProfile, "write_note"): reach,
    (models.StudentProfile, "add_item"): reach,
    (models.StudentProfile, "export"): reach,
    (models.StudentProfile, "print"): view,
    (models.StudentProfile, "raise_alert"): raise_alert,
    (models.StudentProfile, "keep_records"): keep_records,
    (models.StudentProfile, "see_disclosures"): see_disclosures,
    (models.StudentProfile, "assign"): assign,
    (models.StudentProfile, "break_glass"): break_glass,
    (models.Note, "edit"): edit_note,
    (models.Note, "delete"): edit_note,
    (models.Note, "reveal"): reveal_note,
    (models.Note, "amend"): amend_note,
    (models.Alert, "work"): work_on_alert,
    (models.Alert, "view_private"): work_on_alert,
    (models.AdvisorProfile, "keep_hours"): keep_hours,
    (models.AdvisorProfile, "close_day"): close_day,
    (models.Appointment, "change"): change_appointment,
    (models.Appointment, "run"): run_appointment,
    (models.ActionItem, "tick"): tick_item,
    (models.ActionItem, "edit"): change_as_advisor,
    (models.Goal, "edit"): change_plan,
    (models.PathwayItem, "edit"): change_plan,
    (models.AgendaItem, "edit"): change_plan,
    (models.SavedProgram, "edit"): change_own,
    (models.SavedSearch, "edit"): change_own,
    (models.RecordRequest, "edit"): change_own,
    (models.RecordRequest, "decide"): decide_request,
    (models.RecordRequest, "inspect"): inspect,
    (models.Consent, "edit"): change_own,
    (models.Notification, "edit"): change_own,
    (models.SavedList, "edit"): change_own,
    (models.ItemTemplate, "edit"): view,
    (models.DropIn, "work"): change_as_advisor,
    (models.Campaign, "edit"): view,
}
"""One row for each verb but ``view``, which every record has."""


# Who will read it


@dataclass(frozen=True)
class Reader:
    name: str
    why: str


def readers(*, student, author, unit=None, visibility: str) -> list[Reader]:
    """Everyone who may read a note of that visibility today, the author first. One statement.

    ``unit`` is that of the note, by default the author's of today.
    Says in people what ``querysets.note_rules`` says in conditions; a test holds the two together.
    """
    found = {author.pk: Reader(str(author), "wrote it")}
    if visibility == NoteVisibility.STUDENT:
        found[student.user_id] = Reader(student.name, "the student")
    if visibility == NoteVisibility.AUTHOR_ONLY:
        return list(found.values())
    works = Q(advisor_profile__is_active=True)
    active = student.assignments.active()
    rules = [("advises the student", works & Q(advisor_profile__in=active.values("advisor")))]
    if visibility in (NoteVisibility.UNIT, NoteVisibility.ADVISORS):
        peers = works & Q(advisor_profile__unit__in=active.values("unit"))
        if visibility == NoteVisibility.UNIT:
            peers &= Q(advisor_profile__unit=unit or author.advisor_profile.unit_id)
        rules.append(("works in the unit", peers))
    if visibility == NoteVisibility.ADVISORS:
        alerts = student.alerts.filter(state__in=ALERT_OPEN)
        answers = Q(advisor_profile__in=alerts.values("owner")) | Q(advisor_profile__unit__in=alerts.values("unit"))
        rules.append(("answers an open alert", works & answers))
        recent = student.appointments.standing().filter(ends_at__gte=timezone.now() - timedelta(days=RECENT_DAYS))
        rules.append(("meets the student", works & Q(advisor_profile__in=recent.values("advisor"))))
    if visibility == NoteVisibility.STUDENT:
        leads = get_user_model().objects.filter(groups__name=Role.LEAD)
        of_unit = works & Q(advisor_profile__unit__in=active.values("unit"))
        rules.append(("leads the unit", of_unit & Q(pk__in=leads.values("pk"))))
    glass = student.emergency_accesses.open().filter(note=None)
    rules.append(("has emergency access for an hour", Q(pk__in=glass.values("user"))))
    whens = [When(rule, then=Value(place)) for place, (_, rule) in enumerate(rules)]
    people = get_user_model().objects.filter(is_active=True).annotate(place=Case(*whens, output_field=IntegerField()))
    for user in people.filter(place__isnull=False).order_by("place", "last_name", "first_name", "pk"):
        found.setdefault(user.pk, Reader(str(user), rules[user.place][0]))
    return list(found.values())


WIDTH = {visibility: width for width, visibility in enumerate(NoteVisibility.values)}


def widens(before: str, after: str) -> bool:
    """Whether somebody could read it afterwards who could not before. What the student reads, other units do not."""
    return WIDTH[after] > WIDTH[before] or (
        before == NoteVisibility.STUDENT and after in (NoteVisibility.UNIT, NoteVisibility.ADVISORS)
    )
