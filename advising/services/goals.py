"""Goals, and the steps that a student plans toward them. Advisors who work with the student do the same for them."""

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from advising import policy
from advising.choices import GoalStatus, Verb
from advising.exceptions import AdvisingError
from advising.models import Goal, PathwayItem, StudentProfile
from programs.models import JobTitle


@transaction.atomic
def set_goal(student: StudentProfile, *, user, job_title: JobTitle) -> Goal:
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
def change_goal(goal: Goal, *, user, status: str, is_first: bool = False) -> None:
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
def add_step(goal: Goal, *, user, **facts) -> PathwayItem:
    """Plan a step. ``facts`` are fields of PathwayItem, exactly one of program, certification and step among them.

    Raises AdvisingError when the user may not, when the record is no longer in the directory, or when it is planned.
    """
    if not policy.can(user, Verb.EDIT, goal):
        raise AdvisingError("You cannot plan for this student.")
    program, certification = facts.get("program"), facts.get("certification")
    if (program and not program.is_public) or (certification and not certification.is_published):
        raise AdvisingError("This is no longer in the directory. Choose something else.")
    if facts.get("step") and goal.pathway_items.filter(step__iexact=facts["step"]).exists():
        raise AdvisingError("This step is in the plan already. Change it there.")
    last = goal.pathway_items.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            return PathwayItem.objects.create(goal=goal, order=last + 1, **facts)
    except IntegrityError as error:
        raise AdvisingError("This step is in the plan already. Change it there.") from error


@transaction.atomic
def change_step(item: PathwayItem, *, user, status: str, starts_on=None, ends_on=None, evidence: str = "") -> None:
    """Say how far a step is. Raises AdvisingError when the user may not."""
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this step.")
    item.status, item.starts_on, item.ends_on, item.evidence = status, starts_on, ends_on, evidence
    item.save(update_fields=["status", "starts_on", "ends_on", "evidence"])


@transaction.atomic
def remove_step(item: PathwayItem, *, user) -> None:
    """Take a step out of the plan; things to do that came from it stay. Raises AdvisingError when the user may not."""
    if not policy.can(user, Verb.EDIT, item):
        raise AdvisingError("You cannot change this step.")
    item.delete()
