from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from advising.choices import DisclosureBasis
from advising.models import Consent, DisclosureLog, StudentProfile

from .base import DateInput, either, offer_rows


def named(consent: Consent) -> str:
    """A consent among others: for whom, from when to when, and how it stands."""
    first, last = (day and date_format(day, "M j, Y") for day in (consent.starts_on, consent.ends_on))
    days = f"{first} to {last}" if last else f"from {first}"
    return f"{consent.recipient}, {days} ({consent.state.label.lower()})"


class ReasonForm(forms.Form):
    """A typed reason, for what is unusual: emergency access, revealing, deleting."""

    reason = forms.CharField(
        min_length=10,
        max_length=300,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": "Say a little more: at least ten characters."},
    )


class EmergencyForm(ReasonForm):
    """Whose record, by something that whoever has cause to ask knows already: nobody leafs through students here."""

    student = forms.CharField(max_length=254, label="Student number or e-mail address")

    field_order = ["student", "reason"]

    def clean_student(self):
        text = self.cleaned_data["student"]
        student = StudentProfile.objects.active().by_name([text]).get(text)
        if student is None:
            raise forms.ValidationError("No student has this number or address. Check it and try again.")
        return student


class DisclosureForm(forms.ModelForm):
    """A request from outside for a student's record, granted or refused."""

    was_granted = either("Decision", yes="Granted: the records left", no="Refused")

    class Meta:
        model = DisclosureLog
        fields = [
            "requester",
            "recipient",
            "records",
            "purpose",
            "basis",
            "consent",
            "was_granted",
            "disclosed_on",
        ]
        widgets = {
            "records": forms.Textarea(attrs={"rows": 2}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "disclosed_on": DateInput(),
        }
        labels = {
            "requester": "Who asked",
            "recipient": "Who received it, or would have",
            "records": "Which records",
            "purpose": "For what purpose",
            "basis": "On which ground",
            "consent": "The consent it rests on",
            "disclosed_on": "Day of the decision",
        }
        help_texts = {
            "consent": "Students give consent on their own pages. It is in force that day and names this recipient.",
        }

    def __init__(self, *args: Any, student: StudentProfile, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "consent", student.consents.all(), empty_label="None", label_of=named)

    def clean_disclosed_on(self):
        day = self.cleaned_data["disclosed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come. Record it once it was decided.")
        return day

    def clean(self):
        facts = super().clean()
        consent, basis = facts.get("consent"), facts.get("basis")
        if consent and basis not in (None, DisclosureBasis.CONSENT):
            self.add_error("consent", "Name a consent only where it is the ground.")
        elif facts.get("was_granted") and basis == DisclosureBasis.CONSENT and not consent and "consent" in facts:
            self.add_error("consent", "Name the consent of this student that the disclosure rests on.")
        if facts.get("was_granted") and facts.get("basis") == "none":
            self.add_error("basis", "Records leave only on a ground that the law names.")
        return facts
