from django import forms
from django.contrib.auth import get_user_model

from advising import time_zones
from advising.models import AdvisorProfile, StudentProfile

from .base import DateInput, offer_choices


class NameForm(forms.ModelForm):
    class Meta:
        model = get_user_model()
        fields = ["first_name", "last_name"]


class StudentForm(forms.ModelForm):
    """What students say of themselves. The student number is the school's to give."""

    time_zone = forms.ChoiceField(
        required=False, help_text="Your appointments and their reminders are shown in this zone."
    )

    class Meta:
        model = StudentProfile
        fields = [
            "preferred_name",
            "education",
            "state",
            "zip",
            "target_start",
            "hours_per_week",
            "budget",
            "modality",
            "pacing",
            "time_zone",
        ]
        widgets = {"target_start": DateInput()}
        help_texts = {
            "preferred_name": "What your advisors should call you.",
            "zip": "So that distances and wages are those of your area.",
            "budget": "For the whole program, in dollars. Leave it empty if you would rather not say.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zones = time_zones.choices(self.instance.time_zone)
        offer_choices(self, "time_zone", [("", "As my advisor’s"), *zones])


class AdvisorForm(forms.ModelForm):
    """What advisors say of themselves. Unit and capacity are the administrators' to set."""

    time_zone = forms.ChoiceField(help_text="Your hours are offered in this zone.")

    class Meta:
        model = AdvisorProfile
        fields = ["title", "about", "time_zone", "min_lead_hours", "max_lead_days", "guides"]
        widgets = {"about": forms.Textarea(attrs={"rows": 4}), "guides": forms.CheckboxSelectMultiple()}
        labels = {
            "about": "What you help with",
            "min_lead_hours": "Hours before a meeting until which it can be booked",
            "max_lead_days": "Days ahead that students may book",
            "guides": "Guides you know well",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_choices(self, "time_zone", time_zones.choices(self.instance.time_zone))
