"""Form fields and forms that only the admin needs."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator


class NamesField(forms.Field):
    """A JSON list of names, edited as one name a line; blank lines and repeated names are dropped."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    default_validators = [ProhibitNullCharactersValidator()]
    longest = 200
    most = 100

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        names = (" ".join(line.split()) for line in (value or "").splitlines())
        return list(dict.fromkeys(name for name in names if name))

    def run_validators(self, value):
        for name in value:
            super().run_validators(name)
        if len(value) > self.most:
            raise forms.ValidationError(f"Give at most {self.most} names; these are {len(value)}.")
        if too_long := [name for name in value if len(name) > self.longest]:
            raise forms.ValidationError(f"“{too_long[0][:40]}…” is longer than {self.longest} characters. Shorten it.")


class PublishableForm(forms.ModelForm):
    """``refusals`` say why the record, once everything on its page was saved, could not have the chosen status."""

    refusals = ()

    def clean(self):
        cleaned = super().clean()
        for refusal in self.refusals:
            self.add_error("status", refusal)
        return cleaned
