"""The one declaration of the filters of a caseload: its form, its validation, its meaning."""

from datetime import timedelta
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from advising.choices import GoalStatus, PathwayStatus
from advising.models import ActionItem, Alert, Assignment, Goal, PathwayItem, StudentProfile
from advising.services import caseload
from programs.models import Certification, JobTitle, Program

NEVER = "never"
NO_CONTACT = [("30", "In 30 days"), ("60", "In 60 days"), ("90", "In 90 days"), (NEVER, "Ever")]

SORTS = {
    "name": "Name",
    "contact": "Longest without contact",
    "next": "Next appointment",
    "alerts": "Most open alerts",
    "overdue": "Most overdue items",
}


def standing_goals() -> QuerySet[Goal]:
    return Goal.objects.exclude(status=GoalStatus.SET_ASIDE)


def standing_steps() -> QuerySet[PathwayItem]:
    """What is planned or done for a goal that stands; what was dropped is neither."""
    return PathwayItem.objects.exclude(goal__status=GoalStatus.SET_ASIDE).exclude(status=PathwayStatus.DROPPED)


def within_reach(request) -> QuerySet[Assignment]:
    """Assignments of all whom an advisor's filter can be asked about: their students and those of their unit."""
    mine = request.user.advisor_profile
    return Assignment.objects.active().filter(Q(advisor=mine) | Q(unit=mine.unit_id))


def planned(model, column: str, *related: str):
    """The choices of a filter: records of ``model`` that a student within reach has in their plan.

    ``related`` is what their names are made of.
    """

    def choices(request):
        steps = standing_steps().filter(goal__student__in=within_reach(request).values("student"))
        return model.objects.filter(pk__in=steps.values(column)).select_related(*related).order_by("name")

    return choices


def wanted_titles(request) -> QuerySet[JobTitle]:
    goals = standing_goals().filter(student__in=within_reach(request).values("student"))
    return JobTitle.objects.filter(pk__in=goals.values("job_title")).order_by("name")


def _choice(label: str, choices, any_label: str, **options):
    return django_filters.ChoiceFilter(label=label, choices=choices, empty_label=any_label, **options)


def _record(label: str, choices, **options):
    """A record of the directory that someone within reach wants or plans."""
    message = "Select a valid choice. None of your students, or of your unit’s, has this in their plan now."
    options["error_messages"] = {"invalid_choice": message}
    return django_filters.ModelChoiceFilter(label=label, queryset=choices, empty_label="Any", **options)


def _tick(label: str, method: str):
    return django_filters.BooleanFilter(label=label, method=method, widget=forms.CheckboxInput)


class CaseloadFilterSet(django_filters.FilterSet):
    """Every filter of the caseload by the name of its parameter; other parameters are not looked at.

    Where one value does not fit (a program that nobody plans any more) nobody is found, and ``faults`` says why.
    """

    q = django_filters.CharFilter(label="Name or number", method="filter_q", max_length=100)
    whose = _choice("Whose", [("unit", "All of my unit")], "Mine", method="keep")
    no_contact = _choice("No contact", NO_CONTACT, "Any", method="filter_no_contact")
    next = _choice("Next appointment", [("yes", "Booked"), ("no", "None booked")], "Any", method="filter_next")
    job = _record("Goal", wanted_titles, to_field_name="slug", method="filter_job")
    certification = _record(
        "Certification", planned(Certification, "certification"), to_field_name="slug", method="filter_step"
    )
    program = _record("Program", planned(Program, "program", "organization"), method="filter_step")
    alerts = _tick("With open alerts", "filter_alerts")
    overdue = _tick("With overdue items", "filter_overdue")
    sort = _choice("Sort", list(SORTS.items())[1:], SORTS["name"], method="keep")

    class Meta:
        form = forms.Form

    @property
    def query(self) -> str:
        """What was asked as a query string: what a list keeps and an export writes down. What asks nothing is out."""
        values = {} if self.faults else self.form.cleaned_data
        given = ((name, self.data[name]) for name in self.data if name in self.filters)
        return urlencode([(name, value) for name, value in given if value and values.get(name) is not False])

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The label of each filter whose value does not fit, and why."""
        return [(self.form[name].label, " ".join(found)) for name, found in self.form.errors.items()]

    def filter_queryset(self, queryset):
        """Those of the user or of their unit, by every filter, in the order chosen."""
        if self.faults:
            return StudentProfile.objects.none()
        values = self.form.cleaned_data
        whole_unit = values.get("whose") == "unit"
        queryset = caseload.advised_by(self.request.user, whole_unit=whole_unit)
        for name, value in values.items():
            queryset = self.filters[name].filter(queryset, value)
        return self.sorted(queryset, values.get("sort"))

    @staticmethod
    def sorted(queryset, name):
        """By ``name`` of SORTS, and where that leaves students alike by their names."""
        by_name = ("user__last_name", "user__first_name", "pk")
        wanted = {
            "contact": (caseload.latest_contact, F("key").asc(nulls_first=True)),
            "next": (caseload.next_meeting, F("key").asc(nulls_last=True)),
            "alerts": (caseload.open_alert_count, F("key").desc()),
            "overdue": (caseload.overdue_item_count, F("key").desc()),
        }
        if name not in wanted:
            return queryset.order_by(*by_name)
        key, order = wanted[name]
        return queryset.alias(key=key()).order_by(order, *by_name)

    def keep(self, queryset, name, value):
        """``whose`` and ``sort`` are read by ``filter_queryset``."""
        return queryset

    def filter_q(self, queryset, name, value):
        return queryset.named_like(value)

    def filter_no_contact(self, queryset, name, value):
        moment = caseload.LONG_AGO if value == NEVER else timezone.now() - timedelta(days=int(value))
        return queryset.filter(caseload.no_contact_since(moment))

    def filter_next(self, queryset, name, value):
        booked = Exists(caseload.upcoming().filter(student=OuterRef("pk")))
        return queryset.filter(booked if value == "yes" else ~booked)

    def filter_job(self, queryset, name, value):
        return queryset.filter(Exists(standing_goals().filter(student=OuterRef("pk"), job_title=value)))

    def filter_step(self, queryset, name, value):
        return queryset.filter(Exists(standing_steps().filter(goal__student=OuterRef("pk"), **{name: value})))

    def filter_alerts(self, queryset, name, value):
        return self._having(queryset, Alert.objects.open()) if value else queryset

    def filter_overdue(self, queryset, name, value):
        return self._having(queryset, ActionItem.objects.overdue()) if value else queryset

    @staticmethod
    def _having(queryset, rows):
        return queryset.filter(Exists(rows.filter(student=OuterRef("pk"))))
