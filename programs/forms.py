from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator

from programs.choices import US_STATES, LevelGroup
from programs.models import Certification, FieldOfStudy, Organization
from programs.place import find_place
from programs.wording import alphabetical


class SchoolListForm(forms.Form):
    """What narrows the list of schools; every field may stay empty."""

    q = forms.CharField(label="Name", max_length=200, required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(label="State", choices=[("", "All states"), *US_STATES.items()], required=False)


class ByName(ModelChoiceIterator):
    """The choices of a field by their labels; the empty one first."""

    def __iter__(self):
        return iter(sorted(super().__iter__(), key=lambda choice: (bool(choice[0]), alphabetical(choice[1]))))


class CertificationListForm(forms.Form):
    """What narrows the list of certifications; every field may stay empty."""

    q = forms.CharField(label="Name", max_length=200, required=False, widget=forms.SearchInput)
    issuer = forms.ModelChoiceField(
        label="Issuer",
        queryset=Organization.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="All issuers",
    )
    field = forms.ModelChoiceField(
        label="Field",
        queryset=FieldOfStudy.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="All fields",
    )
    level = forms.ChoiceField(
        label="Award of its programs", choices=[("", "All awards"), *LevelGroup.choices], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        held = Certification.objects.published()
        issuers = Organization.objects.published().filter(pk__in=held.values("issuer"))
        families = {code[:2] for code in held.filter(field__isnull=False).values_list("field__code", flat=True)}
        for name in ("issuer", "field"):
            self.fields[name].iterator = ByName
        self.fields["issuer"].queryset = issuers
        self.fields["field"].queryset = FieldOfStudy.objects.filter(code__in=families)
        self.fields["field"].label_from_instance = lambda field: field.title


class PlaceForm(forms.Form):
    """A ZIP code or a state; cleaned to a ``Place``."""

    place = forms.CharField(label="Your ZIP code or state", max_length=40)

    def clean_place(self):
        text = self.cleaned_data["place"]
        place = find_place(text)
        if place is None:
            raise ValidationError(f"We do not know the place “{text}”. Enter a five-digit ZIP code or a state.")
        return place
