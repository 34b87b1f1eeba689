"""What is to be done: steps toward a goal, things to do, and their templates."""

from django.db.models import Count, Exists, Q
from django.utils import timezone

from advising.choices import ItemFor, ItemState, Reason

from .base import RecordQuerySet, ties, unit_of


class PathwayItemQuerySet(RecordQuerySet):
    def rules(self, user):
        return {Reason.SELF: Q(goal__student__user=user), **ties(user, "goal__student_id")}


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
