"""Things to do, their templates, and handing a template out."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from advising.choices import ItemFor
from advising.models import ActionItem, AdvisorProfile, Alert, Appointment, ItemTemplate, StudentProfile, TemplateItem
from advising.services.discussion import COLUMNS
from advising.types import User
from programs.models import Certification, Guide

from .base import DateInput, UnsavedForm, offer_rows
from .directory import AddressesField
from .picking import PickForm


class ItemForm(UnsavedForm):
    """A new item is due on a day, or some days after another; a later change names the day."""

    starts_on = forms.DateField(
        required=False, label="Counted from", widget=DateInput(), help_text="Today when empty."
    )
    # As far as the column goes; the model is not asked, see ``_post_clean``.
    days_after = forms.IntegerField(required=False, min_value=0, max_value=32_767, label="Or so many days after")
    detail = forms.CharField(
        required=False, max_length=5000, label="Details", widget=forms.Textarea(attrs={"rows": 3})
    )
    addresses = AddressesField(
        required=False,
        max_length=1000,
        label="Pages of the directory it is about",
        help_text="One address a line: at most one program, one certification and one job title.",
    )

    class Meta:
        model = ActionItem
        fields = ["title", "detail", "assignee", "advisor", "due_on", "days_after", "alert", "appointment"]
        widgets = {"due_on": DateInput(), "assignee": forms.RadioSelect}
        labels = {
            "title": "What to do",
            "assignee": "Who does it",
            "advisor": "Which advisor",
            "due_on": "Due on",
        }

    field_order = [
        "title", "detail", "assignee", "advisor", "due_on", "days_after", "starts_on", "addresses", "alert",
        "appointment",
    ]  # fmt: skip

    def __init__(self, *args: Any, student: StudentProfile, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields, active = self.fields, AdvisorProfile.objects.active()
        team = active.filter(pk__in=student.assignments.active().values("advisor")) | active.filter(user=user)
        offer_rows(self, "advisor", team.select_related("user").distinct(), empty_label="Me")
        alerts = Alert.objects.visible_to(user).filter(student=student).select_related("reason")
        offer_rows(self, "alert", alerts, label_of=lambda one: f"{one.reason}, {one.raised_at:%b %d, %Y}")
        fields["alert"].help_text = "The student does not see this link."
        meetings = Appointment.objects.visible_to(user).filter(student=student)
        offer_rows(self, "appointment", meetings, label_of=lambda one: f"{one.starts_at:%b %d, %Y}")
        for name, rows in (("alert", alerts), ("appointment", meetings)):
            if not rows.exists():
                del fields[name]
        if self.instance.pk:
            del fields["days_after"], fields["starts_on"]
            linked = [one for column in COLUMNS.values() if (one := getattr(self.instance, column))]
            # What the item links to already may stay, though it is no longer published.
            cast("AddressesField", fields["addresses"]).kept = linked
            self.initial["addresses"] = "\n".join(one.get_absolute_url() for one in linked)

    def clean_addresses(self):
        found = dict.fromkeys(COLUMNS.values())
        for target in self.cleaned_data["addresses"]:
            column = COLUMNS[type(target)]
            if found[column] not in (None, target):
                raise forms.ValidationError(f"Name one {column.replace('_', ' ')} only.")
            found[column] = target
        return found

    def clean(self):
        facts = super().clean()
        if facts.get("due_on") and facts.get("days_after") is not None:
            self.add_error("days_after", "Give a day or a number of days, not both.")
        if facts.get("assignee") == ItemFor.STUDENT:
            facts["advisor"] = None
        return facts

    def facts(self) -> dict:
        """What the service takes, ``starts_on`` among it."""
        names = [name for name in self.cleaned_data if name != "addresses"]
        return {**{name: self.cleaned_data[name] for name in names}, **self.cleaned_data["addresses"]}


class NewTemplateForm(forms.Form):
    name = forms.CharField(required=False, max_length=120, help_text="Its source’s name when empty.")
    certification = forms.ModelChoiceField(
        queryset=Certification.objects.published(),
        required=False,
        empty_label="None",
        label="From the requirements of",
    )
    guide = forms.ModelChoiceField(
        queryset=Guide.objects.published(), required=False, empty_label="None", label="From the steps of the guide"
    )

    def clean(self):
        facts = super().clean()
        if facts.get("certification") and facts.get("guide"):
            self.add_error("guide", "Choose a certification or a guide, not both.")
        elif not any(facts.get(name) for name in ("name", "certification", "guide")):
            self.add_error("name", "Give it a name, or choose what it is made from.")
        return facts


class TemplateForm(forms.ModelForm):
    class Meta:
        model = ItemTemplate
        fields = ["name", "is_active"]
        labels = {"is_active": "In use"}


TemplateLines = forms.inlineformset_factory(
    ItemTemplate,
    TemplateItem,
    fields=["title", "days_after", "assignee", "order"],
    labels={"title": "What to do", "days_after": "Days until due", "assignee": "Who does it"},
    extra=3,
    can_delete_extra=False,
    max_num=100,
    absolute_max=100,
    validate_max=True,
)


class ApplyTemplateForm(PickForm):
    """``students`` are those the user works with; any other id is refused like one that does not exist."""

    template = forms.ModelChoiceField(queryset=ItemTemplate.objects.none(), empty_label="Choose")
    starts_on = forms.DateField(
        required=False,
        label="Counted from",
        widget=DateInput(),
        help_text="The day that due dates count from; today when empty.",
    )

    field_order = ["template", "starts_on", "students"]

    def __init__(
        self, *args: Any, templates: QuerySet[ItemTemplate], students: Iterable[StudentProfile], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        offer_rows(self, "template", templates)
        self.picker.offer(students)
