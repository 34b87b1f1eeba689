"""The forms behind appointments, the hours they are offered in, drop-ins and campaigns."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.db.models import Model, Prefetch
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.http import QueryDict
from django.utils import timezone

from advising.choices import AppointmentState, AssignmentKind, MeetingMode
from advising.models import (
    AdvisorProfile,
    AvailabilityException,
    AvailabilityRule,
    Campaign,
    MeetingPlace,
    StudentProfile,
    Unit,
)
from advising.reads.plans import planned
from advising.services.availability import END_OF_DAY, local_day, overlaps
from advising.services.discussion import COLUMNS
from advising.services.dropins import open_offices

from .base import DateInput, TimeInput, offer_choices
from .picking import PickForm

MOST_RULES, MOST_DAYS, MOST_PLACES = 30, 60, 20
"""Lines of an advisor's hours: so many that the page, all of them in use, fits in one request (Django takes 1,000
fields)."""


class WhyForm(forms.Form):
    """A reason that both people may read."""

    reason = forms.CharField(
        max_length=300,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Both of you can read this.",
    )

    def __init__(self, *args: Any, required: bool = True, help_text: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = help_text or self.fields["reason"].help_text
        if not required:
            self.fields["reason"].label = "Reason (if you like)"


class MeetingForm(forms.Form):
    """How and where to meet: one of the advisor's places."""

    where = forms.ChoiceField(label="How to meet", widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        places: Iterable[MeetingPlace],
        now: tuple[str, str] = ("", ""),
        keeps: bool = False,
        **kwargs: Any,
    ):
        """``now``, mode and place of an appointment that changes, comes first; with ``keeps`` even if it is no longer
        among the places."""
        super().__init__(*args, **kwargs)
        self.ways = {str(place.pk): (place.mode, place.place) for place in places}
        if keeps and all(now) and now not in self.ways.values():
            self.ways = {"now": now, **self.ways}
        labels = [(key, f"{MeetingMode(mode).label}: {place}") for key, (mode, place) in self.ways.items()]
        offer_choices(self, "where", labels)
        kept = [key for key, way in self.ways.items() if way == now]
        self.fields["where"].initial = next(iter([*kept, *self.ways]), None)

    def facts(self) -> dict[str, Any]:
        """What the service takes: mode and place."""
        mode, place = self.ways[self.cleaned_data["where"]]
        return {"mode": mode, "place": place}


class PlaceForm(MeetingForm):
    """Another way or place for a booked meeting; ``free``, as staff are, to name one for this meeting alone."""

    other_mode = forms.ChoiceField(required=False, label="Or, for this appointment alone", choices=MeetingMode.choices)
    other_place = forms.CharField(
        required=False,
        max_length=300,
        label="Room, address of the call, or number",
        help_text="Where it is filled in, it counts. The places of “My hours” stay as they are.",
    )

    def __init__(self, *args: Any, free: bool, **kwargs: Any):
        super().__init__(*args, keeps=True, **kwargs)
        if not free:
            del self.fields["other_mode"], self.fields["other_place"]
        if not self.ways:
            del self.fields["where"]

    def clean(self):
        facts = super().clean()
        if not self.ways and not facts.get("other_place") and not self.errors:
            self.add_error("other_place" if "other_place" in self.fields else None, "Say where you meet.")
        return facts

    def facts(self) -> dict[str, Any]:
        if place := self.cleaned_data.get("other_place"):
            return {"mode": self.cleaned_data["other_mode"], "place": place}
        return super().facts()


class BookingForm(MeetingForm):
    agenda = forms.CharField(
        required=False,
        max_length=2000,
        label="What to talk about",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The student and their advisors can read this.",
    )
    links = forms.MultipleChoiceField(
        required=False,
        label="Look at together",
        widget=forms.CheckboxSelectMultiple,
        help_text="From what is saved, planned or a goal. It stands on the agenda with its link.",
    )

    def __init__(self, *args: Any, student: StudentProfile, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offered = {
            f"{name}:{target.pk}": target
            for name, targets in planned(student).items()
            for target in sorted(targets, key=str)
        }
        offer_choices(self, "links", [(key, str(target)) for key, target in self.offered.items()])
        if not self.offered:
            del self.fields["links"]

    def facts(self) -> dict[str, Any]:
        chosen = [self.offered[key] for key in self.cleaned_data.get("links", [])]
        return {
            **super().facts(),
            "agenda": self.cleaned_data["agenda"],
            "topics": [{COLUMNS[type(target)]: target} for target in chosen],
        }


class StateForm(WhyForm):
    """What became of a meeting; ``states`` are those it can take now."""

    state = forms.ChoiceField(label="What happened", widget=forms.RadioSelect)

    field_order = ["state", "reason"]

    def __init__(self, *args: Any, states: Iterable[str], required: bool, **kwargs: Any):
        super().__init__(*args, required=required, **kwargs)
        offer_choices(self, "state", [(state, AppointmentState(state).label) for state in states])


class HoursForm(forms.ModelForm):
    """Two times of day; an end at 11:59 PM means midnight."""

    def clean(self):
        facts = super().clean()
        begin, end = facts.get("starts_at"), facts.get("ends_at")
        for name, at in (("starts_at", begin), ("ends_at", end)):
            if at and at.minute % 15 and at.replace(second=0, microsecond=0) != END_OF_DAY:
                self.add_error(name, "Use full quarters of an hour.")
        if begin and end and end <= begin:
            self.add_error("ends_at", "It ends after it begins. For hours past midnight add a line for the next day.")
        return facts


class RuleForm(HoursForm):
    modes = forms.MultipleChoiceField(
        choices=MeetingMode.choices, widget=forms.CheckboxSelectMultiple, label="How", initial=MeetingMode.values
    )

    class Meta:
        model = AvailabilityRule
        fields = [
            "weekday", "starts_at", "ends_at", "slot_minutes", "buffer_minutes", "modes", "valid_from", "valid_to",
        ]  # fmt: skip
        widgets = {
            "starts_at": TimeInput(),
            "ends_at": TimeInput(),
            "slot_minutes": forms.NumberInput(attrs={"step": 15, "min": 15, "max": 240}),
            "buffer_minutes": forms.NumberInput(attrs={"step": 15, "min": 0, "max": 120}),
            "valid_from": DateInput(),
            "valid_to": DateInput(),
        }
        labels = {
            "slot_minutes": "Minutes each",
            "buffer_minutes": "Minutes between",
            "valid_from": "First day (if not at once)",
            "valid_to": "Last day (if it ends)",
        }

    def clean(self):
        facts = super().clean()
        first, last = facts.get("valid_from"), facts.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "The last day comes after the first.")
        return facts


MOST_LINES = 150
"""Lines that one of the lists takes. A request can hold no more; without a bound the server would make them up."""


class LineFormSet(BaseInlineFormSet):
    """Lines that are there can be removed; the empty one is left empty."""

    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_many_forms": "At most %(num)d lines can be kept.",
    }

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Remove this line"

    @property
    def kept(self) -> list[forms.ModelForm]:
        """The forms of the lines that will be there."""
        deleted = self._should_delete_form  # type: ignore[attr-defined]  # private: not in the stubs
        return [form for form in self.forms if (form.has_changed() or form.instance.pk) and not deleted(form)]


class RuleFormSet(LineFormSet):
    places: LineFormSet
    """The lines below, on the same page: a mode is offered only with a place."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        if problem := overlaps([form.instance for form in self.kept]):
            raise forms.ValidationError(problem)
        if not self.places.is_valid():
            return
        placed = {form.instance.mode for form in self.places.kept}
        for form in self.kept:
            if without := [mode.label for mode in MeetingMode if mode in set(form.instance.modes) - placed]:
                missing = ", ".join(without)
                form.add_error("modes", f"Say under “Where to meet” where: {missing}. Or do not offer it.")


class ExceptionForm(HoursForm):
    is_open = forms.TypedChoiceField(
        label="That day",
        choices=[("no", "Closed"), ("yes", "Extra hours")],
        coerce=lambda value: value == "yes",
        initial="no",
    )

    class Meta:
        model = AvailabilityException
        fields = ["day", "is_open", "starts_at", "ends_at", "reason"]
        widgets = {"day": DateInput(), "starts_at": TimeInput(), "ends_at": TimeInput()}
        help_texts = {"reason": "Only you see it."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["is_open"] = "yes" if self.instance.is_open else "no"

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < local_day(timezone.now(), self.instance.advisor):
            raise forms.ValidationError("This day has passed.")
        return day

    def clean(self):
        facts = super().clean()
        begin, end = facts.get("starts_at"), facts.get("ends_at")
        if (begin is None) != (end is None) and not self.errors:
            self.add_error("ends_at" if begin else "starts_at", "Give both times, or neither for the entire day.")
        if facts.get("is_open") and begin is None and not self.errors:
            self.add_error("starts_at", "Say from when to when.")
        return facts


L = TypeVar("L", bound=LineFormSet)


def _lines(kind: type[L], model: type[Model], most: int, **options: Any) -> type[L]:
    """``kind`` for an advisor's rows of ``model``: ``most`` of them, each removable, and an empty one to add."""
    made = inlineformset_factory(
        AdvisorProfile,
        model,
        formset=kind,
        extra=1,
        can_delete_extra=False,
        max_num=most,
        validate_max=True,
        absolute_max=MOST_LINES,
        **options,
    )
    return cast("type[L]", made)


def availability_formsets(advisor: AdvisorProfile, data: QueryDict | None = None) -> dict[str, LineFormSet]:
    """Weekly hours, days that differ from today on, and places, on one page."""
    rules = _lines(RuleFormSet, AvailabilityRule, MOST_RULES, form=RuleForm)
    days = _lines(LineFormSet, AvailabilityException, MOST_DAYS, form=ExceptionForm)
    places = _lines(LineFormSet, MeetingPlace, MOST_PLACES, fields=["mode", "place"], help_texts={"place": ""})
    to_come = AvailabilityException.objects.filter(day__gte=local_day(timezone.now(), advisor))
    weekly = rules(data, instance=advisor, prefix="rules")
    weekly.places = places(data, instance=advisor, prefix="places")
    others = days(data, instance=advisor, prefix="days", queryset=to_come)
    return {"rules": weekly, "days": others, "places": weekly.places}


class DropInForm(forms.Form):
    """Whom to wait for: one choice of office and advisor together, so that the two always fit."""

    who = forms.ChoiceField(label="Whom you want to see")
    reason = forms.CharField(
        required=False,
        max_length=200,
        label="What it is about",
        help_text="The advisors of this office can read it while you wait.",
    )

    def __init__(self, *args: Any, student: StudentProfile, **kwargs: Any):
        """The offices that advise the student come first, that of the primary advisor before the others."""
        super().__init__(*args, **kwargs)
        rank: dict[int, int] = {}
        for unit, kind in student.assignments.active().values_list("unit", "kind"):
            rank[unit] = min(rank.get(unit, 1), kind != AssignmentKind.PRIMARY)
        advisors = AdvisorProfile.objects.active().exclude(user=student.user_id).select_related("user")
        offices = open_offices().prefetch_related(Prefetch("advisors", advisors))
        self.offered: dict[str, tuple[Unit, AdvisorProfile | None]] = {}
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        for office in sorted(offices, key=lambda office: (rank.get(office.pk, 2), office.name)):
            people = {f"advisor-{advisor.pk}": advisor for advisor in office.advisors.all()}
            self.offered |= {f"unit-{office.pk}": (office, None)} | {key: (office, one) for key, one in people.items()}
            labels = [(key, str(advisor)) for key, advisor in people.items()]
            groups.append((office.name, [(f"unit-{office.pk}", f"Whoever is free next at {office}"), *labels]))
        offer_choices(self, "who", groups)

    def facts(self) -> dict[str, Any]:
        """What the service takes: unit, advisor (or None) and reason."""
        unit, advisor = self.offered[self.cleaned_data["who"]]
        return {"unit": unit, "advisor": advisor, "reason": self.cleaned_data["reason"]}


class InviteFilterForm(forms.Form):
    """Which students to choose from."""

    who = forms.ChoiceField(
        required=False, label="Students", choices=[("mine", "I advise"), ("unit", "My unit advises")]
    )
    quiet = forms.TypedChoiceField(
        required=False,
        label="Last appointment",
        choices=[("", "Any time or never"), ("30", "Not in 30 days"), ("60", "Not in 60 days"), ("90", "Not in 90")],
        coerce=int,
        empty_value=None,
    )


class CampaignForm(forms.ModelForm, PickForm):
    class Meta:
        model = Campaign
        fields = ["name", "message", "opens_on", "closes_on"]
        widgets = {"message": forms.Textarea(attrs={"rows": 3}), "opens_on": DateInput(), "closes_on": DateInput()}
        labels = {"opens_on": "Meet from", "closes_on": "Meet until"}
        help_texts = {"message": "Shown beside your free times to those whom you invite."}

    def __init__(self, *args: Any, students: Iterable[StudentProfile], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.picker.label = "Invite"
        self.picker.offer(students)
        self.initial["students"] = list(self.picker.students)
        self.fields["opens_on"].initial = timezone.localdate

    def clean(self):
        facts = super().clean()
        opens_on, closes_on = facts.get("opens_on"), facts.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", "The last day comes after the first.")
        if closes_on and closes_on < timezone.localdate():
            self.add_error("closes_on", "This day has passed.")
        return facts
