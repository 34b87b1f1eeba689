from django import forms
from django.utils import timezone

from advising.models import Consent

from .base import DateInput, UnsavedForm


class ConsentForm(UnsavedForm):
    """Records, purpose and recipient as 34 CFR 99.30(b) names them, and the tick that stands for the signature."""

    confirmed = forms.BooleanField(
        label="I give this consent myself, of my own will. This tick and my sign-in stand as my signature.",
        error_messages={"required": "Tick this to sign. Without it nothing is given."},
    )

    class Meta:
        model = Consent
        fields = ["recipient", "records", "purpose", "starts_on", "ends_on"]
        widgets = {
            "records": forms.Textarea(attrs={"rows": 2}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "starts_on": DateInput(),
            "ends_on": DateInput(),
        }
        labels = {
            "recipient": "Who may receive them",
            "records": "Which records",
            "purpose": "For what purpose",
            "starts_on": "From",
            "ends_on": "To",
        }
        help_texts = {
            "recipient": "A person, office or organization, by its full name.",
            "ends_on": "The last day. Leave it empty to let it stand until you withdraw it.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean(self):
        facts = super().clean()
        first, last = facts.get("starts_on"), facts.get("ends_on")
        if first and first < timezone.localdate():
            self.add_error("starts_on", "It begins today or later: it cannot cover what was disclosed before.")
        if first and last and last < first:
            self.add_error("ends_on", "It cannot end before it begins.")
        return facts
