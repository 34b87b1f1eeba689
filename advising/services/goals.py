"""Goals, and the steps that a student plans toward them. Advisors who work with the student do the same for them."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from advising import policy
from advising.choices import GoalStatus, PathwayStatus, Verb
from advising.exceptions import AdvisingError
from advising.models import Goal, PathwayItem, StudentProfile
from advising.types import User
from programs.models import Certification, JobTitle, Program


@transaction.atomic
def set_goal(student: StudentProfile, *, user: User, job_title: JobTitle) -> Goal:
    """Make a job title a goal, after those there are; one that was set aside is taken up again.

    Raises AdvisingError when the user may not, or when the title is no longer in the directory.
    """
    if not policy.can(user, Verb.PLAN, student):
        raise AdvisingError("You cannot plan for this student.")
    if not job_title.is_published:
        raise AdvisingError("This job title is no longer in the directory. Choose another one.")
    last = student.goals.aggregate(last=Max("priority"))["last"] or 0
    goal, is_new = Goal.objects.get_or_create(student=student, job_title=job_title, defaults={"priority": last + 1})
    if not is_new and goal.status != GoalStatus.ACTIVE:
        goal.status = GoalStatus.ACTIVE
        goal.save(update_fields=["status"])
    return goal


@transaction.atomic
def change_goal(goal: Goal, *, user: User, status: str, is_first: bool = False) -> None:
    """Set what became of a goal; ``is_first`` puts it before the student's others.

    Raises AdvisingError when the user may not.
    """
    if not policy.can(user, Verb.EDIT, goal):
        raise AdvisingError("You cannot change this goal.")
    if is_first and goal.student.goals.exclude(pk=goal.pk).filter(priority__lte=goal.priority).exists():
        goal.student.goals.exclude(pk=goal.pk).update(priority=F("priority") + 1)
        goal.priority = 1
    goal.status = status
    goal.save(update_fields=["status", "priority"])


@transaction.atomic
def add_step(
    goal: Goal,
    *,
    user: User,
    program: Program | None = None,
    certification: Certification | None = None,
    step: str = "",
    status: str = PathwayStatus.CONSIDERING,
    starts_on: date | None = None,
    ends_on: date | None = None,
    evidence: str = "",
) -> PathwayItem:
    """Plan a step: exactly one of a program, a certification and a ``step`` in words.

    Raises AdvisingError when the user may not, when the record is no longer in the directory, or when it is planned.
    """
    if not policy.can(user, Verb.EDIT, goal):
        raise AdvisingError("You cannot plan for this student.")
    if (program and not program.is_public) or (certification and not certification.is_published):
        raise AdvisingError("This is no longer in the directory. Choose something else.")
    if step and goal.pathway_items.filter(step__iexact=step).exists():
        raise AdvisingError("This step is in the plan already. Change it there.")
    last = goal.pathway_items.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            return PathwayItem.objects.create(
                goal=goal,
                program=program,
                certification=certification,
                step=step,
                status=status,
                starts_on=starts_on,
                ends_on=ends_on,
                evidence=evidence,
                order=last + 1,
            )
    except IntegrityError as error:
        raise AdvisingError("This step is in the plan already. Change it there.") from error


@transaction.atomic
def change_step(
    item: PathwayItem,
    *,
    user: User,
    status: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    evidence: str = "",
) -> None:
    """Say how far a step is. Raises AdvisingError when the user may not."""
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this step.")
    item.status, item.starts_on, item.ends_on, item.evidence = status, starts_on, ends_on, evidence
    item.save(update_fields=["status", "starts_on", "ends_on", "evidence"])


@transaction.atomic
def remove_step(item: PathwayItem, *, user: User) -> None:
    """Take a step out of the plan; things to do that came from it stay. Raises AdvisingError when the user may not."""
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this step.")
    item.delete()
