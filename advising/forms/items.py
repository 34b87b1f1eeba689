"""Things to do, their templates, and handing a template out."""

from django import forms

from advising.choices import ItemFor
from advising.models import ActionItem, AdvisorProfile, Alert, Appointment, ItemTemplate, StudentProfile, TemplateItem
from programs.models import Certification, Guide

from .notes import ADDRESS, find_public
from .people import DateInput
from .picking import PickForm

LINKS = {"Program": "program", "Certification": "certification", "JobTitle": "job_title"}


class ItemForm(forms.ModelForm):
    """A new item is due on a day, or some days after another; a later change names the day."""

    starts_on = forms.DateField(
        required=False, label="Counted from", widget=DateInput(), help_text="Today when empty."
    )
    # As far as the column goes; the model is not asked, see ``_post_clean``.
    days_after = forms.IntegerField(required=False, min_value=0, max_value=32_767, label="Or so many days after")
    detail = forms.CharField(
        required=False, max_length=5000, label="Details", widget=forms.Textarea(attrs={"rows": 3})
    )
    addresses = forms.CharField(
        required=False,
        max_length=1000,
        label="Pages of the directory it is about",
        widget=forms.Textarea(attrs={"rows": 2}),
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

    def __init__(self, *args, student: StudentProfile, user, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        active = student.assignments.active().values("advisor")
        team = AdvisorProfile.objects.active().filter(pk__in=active) | AdvisorProfile.objects.active().filter(
            user=user
        )
        fields["advisor"].queryset = team.select_related("user").distinct()
        fields["advisor"].empty_label = "Me"
        fields["alert"].queryset = Alert.objects.visible_to(user).filter(student=student).select_related("reason")
        fields["alert"].label_from_instance = lambda alert: f"{alert.reason}, {alert.raised_at:%b %d, %Y}"
        fields["alert"].help_text = "The student does not see this link."
        fields["appointment"].queryset = Appointment.objects.visible_to(user).filter(student=student)
        fields["appointment"].label_from_instance = lambda meeting: f"{meeting.starts_at:%b %d, %Y}"
        for name in ("alert", "appointment"):
            if not fields[name].queryset.exists():
                del fields[name]
        if self.instance.pk:
            del fields["days_after"], fields["starts_on"]
            linked = [getattr(self.instance, name) for name in LINKS.values()]
            self.initial["addresses"] = "\n".join(one.get_absolute_url() for one in linked if one)

    def clean_addresses(self):
        found = dict.fromkeys(LINKS.values())
        for line in self.cleaned_data["addresses"].split():
            match = ADDRESS.search(line.split("?")[0])
            record = (match and find_public(**match.groupdict())) or self._linked(line)
            if not record:
                raise forms.ValidationError(f"No page of the directory has the address “{line[:120]}”.")
            name = LINKS[type(record).__name__]
            if found[name] not in (None, record):
                raise forms.ValidationError(f"Name one {name.replace('_', ' ')} only.")
            found[name] = record
        return found

    def _linked(self, line: str):
        """What the item links to already may stay, though it is no longer published."""
        linked = [getattr(self.instance, name) for name in LINKS.values()]
        return next((one for one in linked if one and one.get_absolute_url() == line), None)

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

    def _post_clean(self):
        """The service sets and saves the record; the form only reads it."""


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

    template = forms.ModelChoiceField(queryset=None, empty_label="Choose")
    starts_on = forms.DateField(
        required=False,
        label="Counted from",
        widget=DateInput(),
        help_text="The day that due dates count from; today when empty.",
    )

    field_order = ["template", "starts_on", "students"]

    def __init__(self, *args, templates, students, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates
        self.fields["students"].offer(students)
