from django import forms
from django.core.exceptions import ValidationError

from programs.choices import US_STATES
from programs.place import find_place


class SchoolListForm(forms.Form):
    """What narrows the list of schools; every field may stay empty."""

    q = forms.CharField(label="Name", max_length=200, required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(label="State", choices=[("", "All states"), *US_STATES.items()], required=False)


class PlaceForm(forms.Form):
    """A ZIP code or a state; cleaned to a ``Place``."""

    place = forms.CharField(label="Your ZIP code or state", max_length=40)

    def clean_place(self):
        text = self.cleaned_data["place"]
        place = find_place(text)
        if place is None:
            raise ValidationError(f"We do not know the place “{text}”. Enter a five-digit ZIP code or a state.")
        return place
