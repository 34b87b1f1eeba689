"""What is to be done: programs kept, steps toward a goal, things to do, and their templates."""

from collections.abc import Mapping
from typing import Self

from django.db.models import Count, Exists, Q
from django.utils import timezone

from advising.choices import PATHWAY_OPEN, GoalStatus, ItemFor, ItemState, Reason
from advising.types import User
from programs.choices import Status

from .base import RecordQuerySet, Row, StudentRecordQuerySet, profile_of, ties, unit_of


def of_retired_program() -> Q:
    """Rows whose program, or its school, the directory took back."""
    return Q(program__status=Status.RETIRED) | Q(program__organization__status=Status.RETIRED)


class SavedProgramQuerySet(StudentRecordQuerySet[Row]):
    def retired(self) -> Self:
        return self.filter(of_retired_program())


class PathwayItemQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(goal__student__user=user), **ties(user, "goal__student_id")}

    def retired(self) -> Self:
        """Steps that someone still means to take, toward a goal that stands, whose program was taken back."""
        return self.filter(of_retired_program(), status__in=PATHWAY_OPEN, goal__status=GoalStatus.ACTIVE)


class ActionItemQuerySet(RecordQuerySet[Row]):
    """A student sees what is theirs to do, not the advisor's own list."""

    def rules(self, user: User) -> Mapping[Reason, Q]:
        return {Reason.SELF: Q(student__user=user, assignee=ItemFor.STUDENT), **ties(user)}

    def open(self) -> Self:
        return self.filter(state=ItemState.OPEN)

    def overdue(self) -> Self:
        """Still to do, and the day it was due by is over."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def to_be_done_by(self, user: User) -> Self:
        """The user's own list."""
        return self.filter(
            Q(student__user=user, assignee=ItemFor.STUDENT) | Q(advisor__user=user, assignee=ItemFor.ADVISOR)
        )

    def with_links(self) -> Self:
        return self.select_related(
            "student__user", "advisor__user", "program__organization", "certification", "job_title", "template"
        )


class TemplateQuerySet(RecordQuerySet[Row]):
    def rules(self, user: User) -> Mapping[Reason, Q]:
        everyones = Q(Exists(profile_of(user)), unit__isnull=True)
        return {Reason.UNIT: unit_of(user, "unit") | everyones}

    def with_counts(self) -> Self:
        """Annotate ``item_count``, the lines of each."""
        return self.annotate(item_count=Count("items"))
