"""What a goal still asks for: the way to its job title as the directory tells it, less what the student has done.

The steps are those of the published guide to the title. Where there is none they follow from the stated links alone: a
program, then each certification that the title requires, or one of those that it prefers. Programs that are only
computed (field of study, crosswalk) are never a step; the goal's page offers them after the stated ones.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar

from django.db.models import F, Q

from advising.choices import PATHWAY_DONE, Education, GoalStatus, PathwayStatus
from advising.models import Goal, PathwayItem
from programs.choices import AwardLevel, CareerRelation, Status, StepKind, StepNeed
from programs.models import CareerLink, Certification, Guide, PathwayStep, Program, ProgramCertification

Found = TypeVar("Found", Certification, Program)

Stated: TypeAlias = tuple[CareerLink, Certification]
"""A link that the directory states, with the certification from which it leads to the title."""

DONE, NEXT, LATER = "done", "next", "later"

LADDER: tuple[str, ...] = tuple(Education)[: list(Education).index(Education.UNKNOWN)]
"""Education from the least to the most; what is not reported stands nowhere on it."""

EDUCATION_OF: dict[int, Education] = {
    AwardLevel.ASSOCIATE: Education.ASSOCIATE,
    AwardLevel.BACHELOR: Education.BACHELOR,
    AwardLevel.MASTER: Education.GRADUATE,
}

NEARNESS = (
    PathwayStatus.EARNED,
    PathwayStatus.COMPLETED,
    PathwayStatus.ENROLLED,
    PathwayStatus.APPLIED,
    PathwayStatus.CONSIDERING,
)
"""Of several items for one step the one furthest along stands for it; a dropped one stands for none."""

PROGRAMS_LISTED = 6


@dataclass(frozen=True)
class Step:
    """One stop of the student's route. ``need`` is None where no guide says; ``state`` is done, next or later."""

    title: str
    kind: StepKind
    need: StepNeed | None
    why: str
    certification: Certification | None = None
    item: PathwayItem | None = None
    is_done: bool = False
    state: str = LATER
    guide_step: PathwayStep | None = None

    @property
    def is_optional(self) -> bool:
        return self.need == StepNeed.OPTIONAL


@dataclass(frozen=True)
class Option(Generic[Found]):
    """A record that leads to the title by a stated link, and the student's own item for it."""

    record: Found
    relation: str
    basis: str
    through: Certification | None = None
    item: PathwayItem | None = None
    is_required: bool = False

    @property
    def is_done(self) -> bool:
        return is_done(self.item)


@dataclass(frozen=True)
class Gap:
    """``steps`` in order, ``certifications`` the most binding first, ``items`` all that the student planned."""

    goal: Goal
    guide: Guide | None
    steps: tuple[Step, ...]
    certifications: tuple[Option[Certification], ...]
    items: tuple[PathwayItem, ...]

    @property
    def left(self) -> list[Step]:
        """What is still to do; steps that one may leave out are not counted."""
        return [step for step in self.steps if not step.is_done and not step.is_optional]

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.state == NEXT), None)


def is_done(item: PathwayItem | None) -> bool:
    return item is not None and item.status in PATHWAY_DONE


def gaps_for(goals: Iterable[Goal], *, with_requirements: bool = True) -> list[Gap]:
    """The gap of each goal, in order; a constant number of statements. Goals come with ``student`` and ``job_title``.

    What a student completed or earned for one goal counts for the others too. ``with_requirements`` reads those of
    the certifications along.
    """
    goals = list(goals)
    titles = {goal.job_title_id for goal in goals}
    links, guides, items = _links(titles, with_requirements), _guides(titles), _items(goals)
    return [_gap(goal, links[goal.job_title_id], guides[goal.job_title_id], items[goal.student_id]) for goal in goals]


def _links(titles: set[int], with_requirements: bool) -> dict[int, list[Stated]]:
    rows = (
        CareerLink.objects.filter(job_title__in=titles, certification__status=Status.PUBLISHED)
        .select_related("certification__issuer")
        .prefetch_related(*["certification__requirements"] if with_requirements else [])
    )
    found: dict[int, list[Stated]] = defaultdict(list)
    stated = [(link, link.certification) for link in rows if link.certification]
    for link, certification in sorted(stated, key=_most_binding):
        found[link.job_title_id].append((link, certification))
    return found


def _most_binding(stated: Stated) -> tuple[int, str, int]:
    link, certification = stated
    return link.rank, certification.name, link.pk


def _guides(titles: set[int]) -> dict[int, list[PathwayStep]]:
    """The steps, in order and each with its guide, of the first guide of each title that has any."""
    rows = PathwayStep.objects.filter(guide__in=Guide.objects.published(), guide__job_titles__in=titles)
    rows = rows.annotate(of_title=F("guide__job_titles")).select_related("guide", "certification")
    found: dict[int, list[PathwayStep]] = defaultdict(list)
    for step in rows.order_by("guide__title", "guide", "order", "pk"):
        steps = found[step.of_title]
        if not steps or steps[0].guide_id == step.guide_id:
            steps.append(step)
    return found


def _items(goals: list[Goal]) -> dict[int, list[PathwayItem]]:
    """Every item of the students, by student."""
    rows = PathwayItem.objects.filter(goal__student__in={goal.student_id for goal in goals})
    found: dict[int, list[PathwayItem]] = defaultdict(list)
    for item in rows.select_related("goal", "program__organization", "certification__issuer").order_by("order", "pk"):
        found[item.goal.student_id].append(item)
    return found


def _gap(goal: Goal, links: list[Stated], guide_steps: list[PathwayStep], items: list[PathwayItem]) -> Gap:
    mine = [item for item in items if item.goal_id == goal.pk]
    counted = mine + [item for item in items if item.goal_id != goal.pk and is_done(item)]
    options: dict[int, Option[Certification]] = {}
    for link, certification in links:
        item = _nearest(item for item in counted if item.certification_id == certification.pk)
        option = Option(
            record=certification,
            relation=link.get_relation_display(),
            basis=link.get_basis_display(),
            item=item,
            is_required=link.relation == CareerRelation.REQUIRED,
        )
        options.setdefault(certification.pk, option)
    certifications = tuple(options.values())
    steps = _guide_steps(guide_steps) if guide_steps else _link_steps(certifications)
    steps = [_answered(step, goal, certifications, counted, mine) for step in steps]
    guide = guide_steps[0].guide if guide_steps else None
    return Gap(goal, guide, tuple(_in_state(steps)), certifications, tuple(mine))


def _guide_steps(steps: list[PathwayStep]) -> list[Step]:
    return [
        Step(
            title=step.title,
            kind=StepKind(step.kind),
            need=StepNeed(step.need),
            why=f"From the guide “{step.guide.title}”",
            certification=step.certification if step.certification and step.certification.is_published else None,
            guide_step=step,
        )
        for step in steps
    ]


def _link_steps(certifications: tuple[Option[Certification], ...]) -> list[Step]:
    why = "From the links of the directory; no guide says more"
    steps = [Step("Complete a program that leads there", StepKind.PROGRAM, None, why)]
    required = [option for option in certifications if option.is_required]
    steps += [
        Step(f"Earn {one.record.short_name}", StepKind.CERTIFICATION, StepNeed.REQUIRED, one.basis, one.record)
        for one in required
    ]
    if certifications and not required:
        names = " or ".join(option.record.short_name for option in certifications[:3])
        steps.append(Step(f"Earn a certification, such as {names}", StepKind.CERTIFICATION, None, why))
    return [*steps, Step("Start in the job", StepKind.JOB, None, why)]


def _answered(
    step: Step,
    goal: Goal,
    certifications: tuple[Option[Certification], ...],
    counted: list[PathwayItem],
    mine: list[PathwayItem],
) -> Step:
    """The step with the item that stands for it, and whether it is done."""
    in_words = [item for item in mine if item.step and item.step.casefold() == step.title.casefold()]
    if step.kind == StepKind.CERTIFICATION:
        return _certification_answered(step, certifications, counted, in_words)
    items = in_words + [item for item in mine if item.program_id and step.kind == StepKind.PROGRAM]
    item = _nearest(items)
    done = is_done(item)
    if step.kind == StepKind.EDUCATION:
        done = done or _has_education(step, goal.student.education)
    elif step.kind == StepKind.JOB:
        done = done or goal.status == GoalStatus.REACHED
    return replace(step, item=item, is_done=done)


def _certification_answered(
    step: Step,
    certifications: tuple[Option[Certification], ...],
    counted: list[PathwayItem],
    in_words: list[PathwayItem],
) -> Step:
    if step.certification:
        wanted = {step.certification.pk}
    else:
        required = {option.record.pk for option in certifications if option.is_required}
        wanted = required or {option.record.pk for option in certifications}
        if required and not required <= {item.certification_id for item in counted if is_done(item)}:
            open_items = [item for item in counted if item.certification_id in required and not is_done(item)]
            return replace(step, item=_nearest(open_items + in_words))
    item = _nearest(in_words + [item for item in counted if item.certification_id in wanted])
    return replace(step, item=item, is_done=is_done(item))


def _has_education(step: Step, education: str) -> bool:
    """A step of education that names no award, and that one may not leave out, is the high school diploma."""
    level = step.guide_step.minimum_award_level if step.guide_step else None
    needed = EDUCATION_OF.get(level) if level else (None if step.is_optional else Education.HIGH_SCHOOL)
    return needed is not None and education in LADDER and LADDER.index(education) >= LADDER.index(needed)


def _nearest(items: Iterable[PathwayItem]) -> PathwayItem | None:
    standing = [item for item in items if item.status in NEARNESS]
    return min(standing, key=lambda item: NEARNESS.index(item.status), default=None)


def _in_state(steps: list[Step]) -> list[Step]:
    """The first step still to do is the next one; one that may be left out only when nothing else is left."""
    open_steps = [step for step in steps if not step.is_done]
    following = next((step for step in open_steps if not step.is_optional), next(iter(open_steps), None))
    return [replace(step, state=DONE if step.is_done else NEXT if step is following else LATER) for step in steps]


def programs_to(gap: Gap) -> list[Option[Program]]:
    """Published programs that lead to the title by a stated link, or to one of its certifications; samples last.

    Two statements.
    """
    own = {item.program_id: item for item in gap.items if item.program_id}
    published = Q(program__status=Status.PUBLISHED, program__organization__status=Status.PUBLISHED)
    related, real_first = ("program__organization",), "program__organization__is_fictional"
    options: dict[int, Option[Program]] = {}
    stated = CareerLink.objects.filter(published, job_title=gap.goal.job_title_id).select_related(*related)
    for link in stated.order_by(real_first, "job_title", "pk"):
        if program := link.program:
            options.setdefault(program.pk, Option(program, link.get_relation_display(), link.get_basis_display()))
    held = {option.record.pk: option.record for option in gap.certifications}
    rows = ProgramCertification.objects.filter(published, certification__in=held).select_related(*related)
    for row in rows.order_by(real_first, "program__name", "pk")[: 4 * PROGRAMS_LISTED]:
        basis, through = row.get_basis_display(), held[row.certification_id]
        options.setdefault(row.program_id, Option(row.program, row.get_relation_display(), basis, through=through))
    ranked = sorted(options.values(), key=lambda option: option.record.organization.is_fictional)
    listed = ranked[:PROGRAMS_LISTED]
    return [replace(option, item=own.get(option.record.pk)) for option in listed]
