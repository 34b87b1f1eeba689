"""Who may do what to an advising record. Everything that shows or changes one asks here.

``can(user, verb, obj)`` answers with a Decision; what no rule allows is refused. Rules of seeing are the queries of
``advising.querysets``; ``view`` asks those, so a list and a single record never disagree.
``readers(...)`` names the people whom those rules let read a note.
"""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from advising import models
from advising.choices import (
    STAFF_ROLES,
    ItemFor,
    NoteState,
    NoteVisibility,
    Reason,
    RequestState,
    Role,
    Verb,
)
from advising.querysets import AdvisorQuerySet, RecordQuerySet, has_role, keeps_records, profile_of, standing_of
from advising.types import Asker, User

Record = TypeVar("Record", bound=Model)

BREAK_GLASS_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Decision:
    """``reason`` is the Reason that allowed it, and empty for a refusal."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


REFUSED = Decision(False)


def can(user: Asker, verb: Verb, obj: Model) -> Decision:
    """Whether ``user`` may do ``verb`` to ``obj``; ties are read anew each time, a user's roles once a request.

    Raises ValueError for a word that is no Verb.
    """
    verb = Verb(verb)
    if not user.is_authenticated or not user.is_active:
        return REFUSED
    rule = RULES.get((type(obj), verb)) or (view if verb == Verb.VIEW else None)
    return rule(user, obj) if rule else REFUSED


Question = tuple[str, int, type[Model], int]
"""The name of a rule, the user, and the record."""

_shared: ContextVar[dict[Question, Decision] | None] = ContextVar("what verbs about a record share", default=None)


def can_each(user: User, verbs: Iterable[Verb], obj: Model, *, seen: Decision) -> dict[Verb, Decision]:
    """``can`` for each verb, where what they have in common is read once. ``seen`` is what ``view`` just answered."""
    token = _shared.set({(view.__name__, user.pk, type(obj), obj.pk): seen})
    try:
        return {verb: can(user, verb, obj) for verb in verbs}
    finally:
        _shared.reset(token)


def shared(rule: Callable[[User, Record], Decision]) -> Callable[[User, Record], Decision]:
    """A rule that others rest on: within ``can_each`` it is worked out once for a user and a record."""

    @wraps(rule)
    def once(user: User, obj: Record) -> Decision:
        known = _shared.get()
        if known is None:
            return rule(user, obj)
        key = (rule.__name__, user.pk, type(obj), obj.pk)
        if key not in known:
            known[key] = rule(user, obj)
        return known[key]

    return once


@shared
def view(user: User, obj: Model) -> Decision:
    """What a record's own queryset grants."""
    reason = with_access(type(obj), user).filter(pk=obj.pk).values_list("access", flat=True).first()
    return granted(reason)


def with_access(model: type[Record], user: Asker) -> QuerySet[Record]:
    """All rows of ``model``, each with ``access``: the Reason of ``view``, empty where it refuses."""
    rows = model._default_manager.all()
    with_rules = rows if isinstance(rows, RecordQuerySet) else RecordQuerySet(model)
    return with_rules.with_access(user)


def granted(reason: str | None) -> Decision:
    return Decision(True, reason) if reason else REFUSED


def reason_of(user: User, obj: Model, *among: Reason) -> Decision:
    """``view``, where the reason is one of ``among``."""
    decision = view(user, obj)
    return decision if decision.reason in among else REFUSED


# People


def is_advisor(user: Asker) -> bool:
    return standing_of(user).is_advisor


def is_student(user: Asker) -> bool:
    return standing_of(user).is_student


def is_staff(user: Asker) -> bool:
    """Advisors, leads, catalog editors and administrators: those who must sign in with a second factor."""
    return user.is_authenticated and (user.is_staff or has_role(user, *STAFF_ROLES) or is_advisor(user))


def is_record_keeper(user: Asker) -> bool:
    """Leads, for the students of their unit, and administrators: they see the logs and answer requests."""
    return has_role(user, Role.LEAD, Role.ADMINISTRATOR)


def role_of(user: User) -> str:
    """The widest role, as the logs and a note's signature write it."""
    if user.is_superuser:
        return Role.ADMINISTRATOR.label
    names = standing_of(user).roles
    widest = (Role.ADMINISTRATOR, Role.LEAD, Role.ADVISOR, Role.EDITOR, Role.STUDENT)
    return next((role.label for role in widest if role in names), "None")


TIES = (Reason.ASSIGNED, Reason.UNIT, Reason.OPEN_ALERT, Reason.APPOINTMENT, Reason.BREAK_GLASS)


def reach(user: User, student: models.StudentProfile) -> Decision:
    """Whether an advisor works with the student, by any relationship."""
    return reason_of(user, student, *TIES) if is_advisor(user) else REFUSED


def reach_or_self(user: User, student: models.StudentProfile) -> Decision:
    return reason_of(user, student, Reason.SELF) or reach(user, student)


def book(user: User, student: models.StudentProfile) -> Decision:
    """As ``reach_or_self``, while the student's account lasts."""
    return reach_or_self(user, student) if student.user.is_active else REFUSED


def raise_alert(user: User, student: models.StudentProfile) -> Decision:
    """Any member of staff, about any student but themselves."""
    allowed = is_staff(user) and student.user_id != user.pk
    return Decision(True, view(user, student).reason) if allowed else REFUSED


@shared
def keep_records(user: User, student: models.StudentProfile) -> Decision:
    """See who read a record, note and read disclosures, decide on requests."""
    allowed = models.StudentProfile.objects.filter(keeps_records(user, "pk")[Reason.UNIT], pk=student.pk).exists()
    return Decision(True, Reason.UNIT) if allowed and student.user_id != user.pk else REFUSED


def see_disclosures(user: User, student: models.StudentProfile) -> Decision:
    return reason_of(user, student, Reason.SELF) or keep_records(user, student)


def assign(user: User, student: models.StudentProfile) -> Decision:
    """Give an advisor, end it: leads for a student of their unit or of no unit yet, and administrators."""
    allowed = models.StudentProfile.objects.assignable_by(user).filter(pk=student.pk).exists()
    return Decision(True, Reason.UNIT) if allowed else REFUSED


def may_break_glass(user: Asker) -> bool:
    return is_advisor(user) or has_role(user, Role.ADMINISTRATOR)


def break_glass(user: User, student: models.StudentProfile) -> Decision:
    """Advisors and administrators, for any student but themselves."""
    allowed = may_break_glass(user) and student.user_id != user.pk
    return Decision(True, Reason.BREAK_GLASS) if allowed else REFUSED


# Notes


def edit_note(user: User, note: models.Note) -> Decision:
    """Its author: a draft always, a published note while they still work with the student."""
    decision = reason_of(user, note, Reason.AUTHOR)
    if note.state == NoteState.DRAFT:
        return decision
    return decision if decision and reach(user, note.student) else REFUSED


def reveal_note(user: User, note: models.Note) -> Decision:
    """An administrator, with a reason, a note that is closed to them."""
    closed = note.state == NoteState.PUBLISHED and note.student.user_id != user.pk
    return Decision(True, Reason.BREAK_GLASS) if closed and has_role(user, Role.ADMINISTRATOR) else REFUSED


def amend_note(user: User, note: models.Note) -> Decision:
    """The student asks to have a note corrected that they may read."""
    return reason_of(user, note, Reason.SELF)


# Alerts, appointments, items


def work_on_alert(user: User, alert: models.Alert) -> Decision:
    """Those who answer it; having raised it is not enough."""
    return reason_of(user, alert, *TIES)


def run_appointment(user: User, appointment: models.Appointment) -> Decision:
    """Check in, complete, mark as missed: staff only."""
    return reason_of(user, appointment, *TIES) if is_advisor(user) else REFUSED


def keep_hours(user: User, advisor: models.AdvisorProfile) -> Decision:
    """Say when one can be met, start a campaign: each advisor for themselves."""
    allowed = advisor.user_id == user.pk and is_advisor(user)
    return Decision(True, Reason.SELF) if allowed else REFUSED


def led_by(user: User) -> AdvisorQuerySet[models.AdvisorProfile]:
    """The other advisors of the unit that this lead advisor works in."""
    if not has_role(user, Role.LEAD):
        return models.AdvisorProfile.objects.none()
    return models.AdvisorProfile.objects.filter(unit__in=profile_of(user).values("unit")).exclude(user=user)


def close_day(user: User, advisor: models.AdvisorProfile) -> Decision:
    """The advisor, and the leads of their unit, for a colleague who is ill."""
    if decision := keep_hours(user, advisor):
        return decision
    return Decision(True, Reason.UNIT) if led_by(user).filter(pk=advisor.pk).exists() else REFUSED


def tick_item(user: User, item: models.ActionItem) -> Decision:
    if item.assignee == ItemFor.STUDENT:
        return view(user, item)
    return reason_of(user, item, *TIES)


def change_own(user: User, record: Model) -> Decision:
    """The student, for what they tell or keep themselves."""
    return reason_of(user, record, Reason.SELF)


def decide_request(user: User, request: models.RecordRequest) -> Decision:
    return keep_records(user, request.student)


def inspect(user: User, request: models.RecordRequest) -> Decision:
    """Read the whole record (34 CFR 99.10): those who keep it from the day the student asks, so that they can answer;
    the student once it is granted; nobody after that is over.
    """
    if not request.opens_record:
        return REFUSED
    is_student = request.student.user_id == user.pk
    allowed = request.state == RequestState.GRANTED if is_student else bool(keep_records(user, request.student))
    return Decision(True, Reason.INSPECTION) if allowed else REFUSED


def presiders(request: models.RecordRequest) -> QuerySet[User]:
    """Who may preside over its hearing: advisors, leads and administrators without a direct interest in the outcome
    (34 CFR 99.22(c)), so neither the student, nor whoever refused, nor the author of the note.
    """
    staff = Q(advisor_profile__is_active=True) | Q(groups__name__in=[Role.LEAD, Role.ADMINISTRATOR])
    interested = (request.student.user_id, request.decided_by_id, request.note and request.note.author_id)
    people = get_user_model().objects.filter(staff | Q(is_superuser=True), is_active=True)
    people = people.exclude(pk__in=[pk for pk in interested if pk])
    return people.order_by("last_name", "first_name", "pk").distinct()


def change_plan(user: User, record: Model) -> Decision:
    """The student and the advisors who work with them."""
    return view(user, record)


def change_as_advisor(user: User, record: Model) -> Decision:
    return reason_of(user, record, *TIES)


RULES: dict[tuple[type[Model], Verb], Callable[..., Decision]] = {
    (models.StudentProfile, Verb.EDIT): change_own,
    (models.StudentProfile, Verb.PLAN): reach_or_self,
    (models.StudentProfile, Verb.BOOK): book,
    (models.StudentProfile, Verb.WRITE_NOTE): reach,
    (models.StudentProfile, Verb.ADD_ITEM): reach,
    (models.StudentProfile, Verb.EXPORT): reach,
    (models.StudentProfile, Verb.PRINT): view,
    (models.StudentProfile, Verb.RAISE_ALERT): raise_alert,
    (models.StudentProfile, Verb.KEEP_RECORDS): keep_records,
    (models.StudentProfile, Verb.SEE_DISCLOSURES): see_disclosures,
    (models.StudentProfile, Verb.ASSIGN): assign,
    (models.StudentProfile, Verb.BREAK_GLASS): break_glass,
    (models.Note, Verb.EDIT): edit_note,
    (models.Note, Verb.DELETE): edit_note,
    (models.Note, Verb.REVEAL): reveal_note,
    (models.Note, Verb.AMEND): amend_note,
    (models.Alert, Verb.WORK): work_on_alert,
    (models.Alert, Verb.VIEW_PRIVATE): work_on_alert,
    (models.AdvisorProfile, Verb.KEEP_HOURS): keep_hours,
    (models.AdvisorProfile, Verb.CLOSE_DAY): close_day,
    (models.Appointment, Verb.CHANGE): view,
    (models.Appointment, Verb.RUN): run_appointment,
    (models.ActionItem, Verb.TICK): tick_item,
    (models.ActionItem, Verb.EDIT): change_as_advisor,
    (models.Goal, Verb.EDIT): change_plan,
    (models.PathwayItem, Verb.EDIT): change_plan,
    (models.AgendaItem, Verb.EDIT): change_plan,
    (models.SavedProgram, Verb.EDIT): change_own,
    (models.SavedSearch, Verb.EDIT): change_own,
    (models.RecordRequest, Verb.EDIT): change_own,
    (models.RecordRequest, Verb.DECIDE): decide_request,
    (models.RecordRequest, Verb.INSPECT): inspect,
    (models.Consent, Verb.EDIT): change_own,
    (models.Notification, Verb.EDIT): change_own,
    (models.SavedList, Verb.EDIT): change_own,
    (models.ItemTemplate, Verb.EDIT): view,
    (models.DropIn, Verb.WORK): change_as_advisor,
    (models.Campaign, Verb.EDIT): view,
}
"""One row for each verb of a record but VIEW, which every record has."""


# Who will read it


@dataclass(frozen=True)
class Reader:
    name: str
    why: str


def readers(*, student: models.StudentProfile, author: User, unit: int | None = None, visibility: str) -> list[Reader]:
    """Everyone who may read a note of that visibility today, the author first. One statement.

    ``unit`` is the id of the note's, by default that of the author today.
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
        alerts = student.alerts.open()
        answers = Q(advisor_profile__in=alerts.values("owner")) | Q(advisor_profile__unit__in=alerts.values("unit"))
        rules.append(("answers an open alert", works & answers))
        recent = student.appointments.recent()
        rules.append(("meets the student", works & Q(advisor_profile__in=recent.values("advisor"))))
    if visibility == NoteVisibility.STUDENT:
        leads = get_user_model().objects.filter(groups__name=Role.LEAD)
        of_unit = works & Q(advisor_profile__unit__in=active.values("unit"))
        rules.append(("leads the unit", of_unit & Q(pk__in=leads.values("pk"))))
    glass = student.emergency_accesses.open().filter(note=None)
    rules.append(("has emergency access for an hour", Q(pk__in=glass.values("user"))))
    whens = [When(rule, then=Value(rank)) for rank, (_, rule) in enumerate(rules)]
    people = get_user_model().objects.filter(is_active=True).annotate(rank=Case(*whens, output_field=IntegerField()))
    for user in people.filter(rank__isnull=False).order_by("rank", "last_name", "first_name", "pk"):
        found.setdefault(user.pk, Reader(str(user), rules[user.rank][0]))
    return list(found.values())


WIDTH = {visibility: width for width, visibility in enumerate(NoteVisibility.values)}


def widens(before: str, after: str) -> bool:
    """Whether somebody could read it afterwards who could not before. What the student reads, other units do not."""
    return WIDTH[after] > WIDTH[before] or (
        before == NoteVisibility.STUDENT and after in (NoteVisibility.UNIT, NoteVisibility.ADVISORS)
    )
