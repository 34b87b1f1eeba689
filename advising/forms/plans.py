"""Goals and steps, what a student keeps, what they want to discuss."""

from typing import Any

from django import forms

from advising.choices import GoalStatus, PathwayStatus
from advising.models import PathwayItem, SavedProgram, SavedSearch
from advising.types import Target
from programs.models import JobTitle, Offering, Program

from .base import DateInput, UnsavedForm, offer_rows


class GoalForm(forms.Form):
    """``given`` is the job title whose page the user comes from; without one the editors' titles are offered."""

    job_title = forms.ModelChoiceField(
        queryset=JobTitle.objects.none(), to_field_name="slug", empty_label="Choose", label="Job title"
    )

    def __init__(self, *args: Any, given: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = JobTitle.objects.published()
        named = offered.filter(slug=given)
        offer_rows(self, "job_title", offered.filter(is_curated=True).order_by("name") | named)
        self.given = named.first()
        self.initial.setdefault("job_title", given)


class GoalStateForm(forms.Form):
    status = forms.ChoiceField(choices=GoalStatus.choices, label="How it stands", widget=forms.RadioSelect)
    is_first = forms.BooleanField(required=False, label="Put it before the other goals")


class ProgressForm(UnsavedForm):
    """How far a step is."""

    class Meta:
        model = PathwayItem
        fields = ["status", "starts_on", "ends_on", "evidence"]
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}
        labels = {"status": "How far it is", "starts_on": "Started or starts on", "ends_on": "Done or to be done by"}

    def clean(self):
        facts = super().clean()
        first, last = facts.get("starts_on"), facts.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It cannot be done before it starts.")
        return facts


class NewStepForm(ProgressForm):
    """A step; in words where it is no record of the directory."""

    step = forms.CharField(max_length=300, label="What to do")
    field_order = ["step", "status", "starts_on", "ends_on", "evidence"]

    def __init__(self, *args: Any, target: Target | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["status"].initial = PathwayStatus.CONSIDERING
        if target:
            del self.fields["step"]

    def clean_step(self):
        return self.cleaned_data["step"].strip()


def _way(offering: Offering) -> str:
    return f"{offering.get_modality_display()}, {offering.get_pacing_display().lower()}"


class SavedProgramForm(UnsavedForm):
    class Meta:
        model = SavedProgram
        fields = ["note", "offering"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        labels = {"note": "Your note", "offering": "The way you would take it"}

    def __init__(self, *args: Any, program: Program, **kwargs: Any):
        super().__init__(*args, **kwargs)
        ways = program.offerings.published().order_by("pk")
        offer_rows(self, "offering", ways, empty_label="Not decided", label_of=_way)
        if len(ways) < 2:
            del self.fields["offering"]


class SavedSearchForm(UnsavedForm):
    class Meta:
        model = SavedSearch
        fields = ["name", "frequency"]
        widgets = {"frequency": forms.RadioSelect}
        labels = {"name": "Name", "frequency": "E-mail me when a new program matches"}

    def clean_name(self):
        return self.cleaned_data["name"].strip()


class TopicForm(forms.Form):
    text = forms.CharField(
        required=False,
        max_length=300,
        label="What would you like to know?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Your advisors can read this.",
    )
