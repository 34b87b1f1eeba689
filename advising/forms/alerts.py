"""Raising an alert, and the steps of answering one."""

from typing import Any

from django import forms

from advising.models import AdvisorProfile, Alert, AlertReason, StudentProfile
from advising.services.alerts import receivers

from .base import either, offer_choices


def _text(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options)


class RaiseAlertForm(forms.Form):
    """``who`` is asked only where the page does not name the student."""

    student: StudentProfile
    """Whom the page names, or a valid ``who`` found."""

    who = forms.CharField(
        label="Student",
        max_length=254,
        help_text="The whole student number or e-mail address.",
    )
    reason = forms.ModelChoiceField(queryset=AlertReason.objects.filter(is_active=True))
    text = _text("What happened", rows=5, help_text="What you saw or heard, and when. Those who answer read it.")
    private_text = _text(
        "What is delicate",
        required=False,
        help_text="Only for those who answer. It is not shown to others who raise the same, nor to you again.",
    )

    def __init__(self, *args: Any, student: StudentProfile | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if student:
            self.student = student
            del self.fields["who"]

    def clean_who(self):
        who = self.cleaned_data["who"]
        student = StudentProfile.objects.active().by_name([who]).get(who)
        if student is None:
            raise forms.ValidationError(f"No student here has the number or address “{who}”.")
        self.student = student
        return who


class StepForm(forms.Form):
    """A step that needs no words."""

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any):
        super().__init__(*args, **kwargs)


class RemarkForm(StepForm):
    text = _text("Remark")
    for_raiser = forms.BooleanField(required=False, label="Those who raised the alert may read this, and are told")


class AssignForm(StepForm):
    to = forms.ChoiceField(label="Give it to")

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any):
        super().__init__(*args, alert=alert, **kwargs)
        self.receivers = {f"{type(one).__name__}-{one.pk}": one for one in receivers(alert)}
        people = [(key, str(one)) for key, one in self.receivers.items() if isinstance(one, AdvisorProfile)]
        units = [(key, str(one)) for key, one in self.receivers.items() if not isinstance(one, AdvisorProfile)]
        offer_choices(self, "to", [("", "Choose"), ("An advisor", people), ("The queue of a unit", units)])

    def clean_to(self):
        return self.receivers[self.cleaned_data["to"]]


class CloseForm(StepForm):
    is_solved = either("How it ended", yes="Resolved", no="Closed without a solution")
    raiser_outcome = forms.CharField(
        label="What those who raised it are told",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Nothing that only those who answer may know.",
    )
    outcome = _text("What came of it", required=False, help_text="For the record; only those who answer read it.")


class ReopenForm(StepForm):
    text = _text("Why it is taken up again")
