"""Things to do: handing them out, one by one or as a template, ticking them, and a word before they are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, When
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.text import Truncator

from advising import policy
from advising.choices import ItemFor, ItemState, NotificationKind, Verb
from advising.exceptions import AdvisingError
from advising.models import (
    ActionItem,
    AdvisorProfile,
    Alert,
    Appointment,
    ItemTemplate,
    PathwayItem,
    StudentProfile,
    TemplateItem,
)
from advising.querysets import made_just_now
from advising.services.notifications import notify
from advising.types import User
from programs.choices import StepNeed
from programs.models import Certification, Guide, JobTitle, Program


class ItemFacts(TypedDict, total=False):
    """All that makes an item what it is: where one of them differs, it is another."""

    title: str
    detail: str
    assignee: str
    advisor: AdvisorProfile | None
    due_on: date | None
    days_after: int | None
    program: Program | None
    certification: Certification | None
    job_title: JobTitle | None
    pathway_item: PathwayItem | None
    appointment: Appointment | None
    alert: Alert | None


@transaction.atomic
def add_item(
    student: StudentProfile, *, user: User, starts_on: date | None = None, **facts: Unpack[ItemFacts]
) -> ActionItem:
    """Give the student, or an advisor of theirs, something to do, and tell them.

    With ``days_after`` it is due that many days after ``starts_on`` (today). What is sent twice becomes one item.
    Raises AdvisingError when the user may not, or when a fact belongs to another student.
    """
    if not policy.can(user, Verb.ADD_ITEM, student):
        raise AdvisingError("You cannot add to this student’s list.")
    # Held until the end, so that two clicks make one item.
    StudentProfile.objects.select_for_update().get(pk=student.pk)
    item = ActionItem(student=student, created_by=user)
    _set(item, user, starts_on, facts)
    lately = student.items.open().filter(made_just_now(), created_by=user)
    if twin := lately.filter(**{name: getattr(item, name) for name in ItemFacts.__annotations__}).first():
        return twin
    item.save()
    _tell(item, user)
    return item


@transaction.atomic
def change_item(
    item: ActionItem, *, user: User, starts_on: date | None = None, **facts: Unpack[ItemFacts]
) -> ActionItem:
    """Change what an item says, whose it is or when it is due, as in ``add_item``."""
    item = ActionItem.objects.select_for_update().get(pk=item.pk)
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this item.")
    before = (item.assignee, item.advisor_id)
    _set(item, user, starts_on, facts)
    item.save()
    if (item.assignee, item.advisor_id) != before:
        _tell(item, user)
    return item


@transaction.atomic
def set_item_state(item: ActionItem, *, user: User, state: ItemState) -> ActionItem:
    """Tick an item, take the tick back, or say that it is no longer needed; the last is for advisors.

    Raises AdvisingError when the user may not. Repeating it changes nothing.
    """
    item = ActionItem.objects.select_for_update().get(pk=item.pk)
    calls_off = ItemState.CANCELLED in (state, item.state)
    if not policy.can(user, Verb.EDIT if calls_off else Verb.TICK, item):
        raise AdvisingError("You cannot do this with the item.")
    if state == item.state:
        return item
    is_done = state == ItemState.DONE
    item.state = state
    item.done_by, item.done_at = (user, timezone.now()) if is_done else (None, None)
    item.save(update_fields=["state", "done_by", "done_at"])
    return item


def _set(item: ActionItem, user: User, starts_on: date | None, facts: ItemFacts) -> None:
    due_before = item.due_on
    for name, value in facts.items():
        setattr(item, name, value)
    if facts.get("days_after") is not None:
        item.due_on = day_after(starts_on, item.days_after)
    elif item.due_on != due_before:
        item.days_after = None
    if item.assignee == ItemFor.STUDENT:
        item.advisor = None
    elif item.advisor is None:
        item.advisor = user.advisor_profile
    if item.advisor and not policy.can(item.advisor.user, Verb.ADD_ITEM, item.student):
        raise AdvisingError(f"{item.advisor} does not work with this student.")
    for link in (item.alert, item.appointment, item.pathway_item and item.pathway_item.goal):
        if link and link.student_id != item.student_id:
            raise AdvisingError("That record is another student’s.")


def day_after(starts_on: date | None, days: int | None) -> date | None:
    """The day ``days`` after ``starts_on`` (today); None for no days. Raises AdvisingError for a day beyond 9999."""
    try:
        return None if days is None else (starts_on or timezone.localdate()) + timedelta(days=days)
    except OverflowError as error:
        raise AdvisingError("That day is too far away.") from error


def _tell(item: ActionItem, user: User) -> None:
    whose = item.advisor.user if item.assignee == ItemFor.ADVISOR and item.advisor else item.student.user
    if whose != user:
        notify([whose], kind=NotificationKind.ITEM, subject="There is something new on your list", link=my_items())


def my_items() -> str:
    return reverse("advising:items")


def remind_of_due() -> int:
    """Tell everyone once, of each of today and tomorrow, how much of their list is due then; returns how many."""
    today = timezone.localdate()
    whose = Case(When(assignee=ItemFor.STUDENT, then=F("student__user")), default=F("advisor__user"))
    told = 0
    for day in (today, today + timedelta(days=1)):
        key = f"items-due-{day}"
        due = ActionItem.objects.open().filter(due_on=day).annotate(whose=whose).order_by()
        numbers = dict(due.values_list("whose").annotate(Count("pk")))
        people = get_user_model().objects.filter(pk__in=numbers, is_active=True).exclude(notifications__key=key)
        for user in people:
            number = numbers[user.pk]
            what = "One thing on your list is" if number == 1 else f"{number} things on your list are"
            subject = f"{what} due on {format_date(day, 'l, F j')}"
            notify([user], kind=NotificationKind.ITEM, subject=subject, link=my_items(), key=key)
            told += 1
    return told


# Templates


@transaction.atomic
def make_template(
    *, user: User, name: str = "", certification: Certification | None = None, guide: Guide | None = None
) -> ItemTemplate:
    """A template of the user's unit: empty, or with a certification's requirements or the steps of a guide.

    It is named after its source unless ``name`` is given. Raises AdvisingError when the user does not advise, or when
    the unit has a template of that name.
    """
    if not policy.is_advisor(user):
        raise AdvisingError("Only advisors make templates.")
    source = certification or guide
    name = " ".join((name or str(source or "")).split())[:120]
    if not name:
        raise AdvisingError("Give the template a name.")
    title = guide.job_titles.published().first() if guide else None
    try:
        with transaction.atomic():
            template = ItemTemplate.objects.create(
                name=name,
                unit=user.advisor_profile.unit,
                certification=certification,
                job_title=title,
                created_by=user,
            )
    except IntegrityError as error:
        raise AdvisingError(f"Your unit has a template named “{name}” already. Choose another name.") from error
    lines = requirement_lines(certification) if certification else step_lines(guide) if guide else []
    for order, line in enumerate(lines, start=1):
        line.template, line.order = template, order
    TemplateItem.objects.bulk_create(lines)
    return template


@transaction.atomic
def change_template(
    template: ItemTemplate,
    *,
    user: User,
    name: str,
    is_active: bool,
    lines: Iterable[TemplateItem] = (),
    removed: Iterable[TemplateItem] = (),
) -> None:
    """Save the template with lines that are new or changed, and without those ``removed``.

    What was handed out stays as it is. Raises AdvisingError when the user may not, or when the name is taken.
    """
    if not policy.can(user, Verb.EDIT, template):
        raise AdvisingError("You cannot change this template.")
    template.name, template.is_active = name, is_active
    try:
        with transaction.atomic():
            template.save(update_fields=["name", "is_active"])
    except IntegrityError as error:
        raise AdvisingError(f"There is another template named “{name}”. Choose another name.") from error
    for line in lines:
        line.template = template
        line.save()
    template.items.filter(pk__in=[line.pk for line in removed]).delete()


def requirement_lines(certification: Certification) -> list[TemplateItem]:
    """One line for each requirement, without a date: how long each takes is the student's to say."""
    return [
        TemplateItem(title=Truncator(requirement.text).chars(200), certification=certification)
        for requirement in certification.requirements.all()
    ]


def step_lines(guide: Guide) -> list[TemplateItem]:
    """One line for each step, due when it and those before it are done at their longest; after a step of unknown
    length, without a date. Steps that one may leave out say so, and take no time of the others."""
    lines: list[TemplateItem] = []
    days: int | None = 0
    for step in guide.steps.select_related("certification"):
        weeks = step.duration_max_weeks or step.duration_min_weeks
        after = None if days is None or weeks is None else days + weeks * 7
        is_optional = step.need == StepNeed.OPTIONAL
        if not is_optional:
            days = after
        title = f"If you like: {step.title}" if is_optional else step.title
        lines.append(
            TemplateItem(title=Truncator(title).chars(200), days_after=after, certification=step.certification)
        )
    return lines


@dataclass(frozen=True)
class Handed:
    """What became of one student: ``items`` handed out, or why none were."""

    student: StudentProfile
    items: int = 0
    refused: str = ""


@transaction.atomic
def apply_template(
    template: ItemTemplate, students: Iterable[StudentProfile], *, user: User, starts_on: date | None = None
) -> list[Handed]:
    """Hand out the template's items to each student, counted from ``starts_on`` (today), and tell them.

    A student with open items of the template is left as they are, so that repeating it adds nothing. Lines for the
    advisor become the user's. A constant number of statements. Raises AdvisingError when the template cannot be used.
    """
    students = list(students)
    if not policy.can(user, Verb.VIEW, template) or not template.is_active:
        raise AdvisingError("You cannot use this template.")
    lines = list(template.items.all())
    if not lines:
        raise AdvisingError(f"“{template}” has no items yet. Add some first.")
    chosen = StudentProfile.objects.active().filter(pk__in=[student.pk for student in students])
    reached = set(chosen.visible_to(user).exclude(user=user)) if policy.is_advisor(user) else set()
    has_them = set(
        ActionItem.objects.open().filter(template=template, student__in=chosen).values_list("student", flat=True)
    )
    handed, items = [], []
    for student in students:
        if student not in reached:
            handed.append(Handed(student, refused="You do not work with this student."))
        elif student.pk in has_them:
            handed.append(Handed(student, refused="Has open items of this template already."))
        else:
            items += [_item_of(line, template, student, user, starts_on) for line in lines]
            handed.append(Handed(student, items=len(lines)))
    ActionItem.objects.bulk_create(items)
    for_students = any(line.assignee == ItemFor.STUDENT for line in lines)
    notify(
        [one.student.user for one in handed if one.items and for_students],
        kind=NotificationKind.ITEM,
        subject="There is something new on your list",
        link=my_items(),
    )
    return handed


def _item_of(
    line: TemplateItem, template: ItemTemplate, student: StudentProfile, user: User, starts_on: date | None
) -> ActionItem:
    return ActionItem(
        student=student,
        template=template,
        title=line.title,
        assignee=line.assignee,
        advisor=user.advisor_profile if line.assignee == ItemFor.ADVISOR else None,
        days_after=line.days_after,
        due_on=day_after(starts_on, line.days_after),
        certification_id=line.certification_id or template.certification_id,
        job_title_id=template.job_title_id,
        created_by=user,
    )
