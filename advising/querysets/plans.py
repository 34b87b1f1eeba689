"""What is to be done: programs kept, steps toward a goal, things to do, and their templates."""

from django.db.models import Count, Exists, Q
from django.utils import timezone

from advising.choices import PATHWAY_OPEN, GoalStatus, ItemFor, ItemState, Reason
from programs.choices import Status

from .base import RecordQuerySet, StudentRecordQuerySet, ties, unit_of


def of_retired_program() -> Q:
    """Rows whose program, or its school, the directory took back."""
    return Q(program__status=Status.RETIRED) | Q(program__organization__status=Status.RETIRED)


class SavedProgramQuerySet(StudentRecordQuerySet):
    def retired(self):
        return self.filter(of_retired_program())


class PathwayItemQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(goal__student__user=user), **ties(user, "goal__student_id")}

    def retired(self):
        """Steps that someone still means to take, toward a goal that stands, whose program was taken back."""
        return self.filter(of_retired_program(), status__in=PATHWAY_OPEN, goal__status=GoalStatus.ACTIVE)


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
