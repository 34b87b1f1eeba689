"""Form fields and forms that only the admin needs."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import cached_property


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


class HistoryForm(forms.ModelForm):
    """Refuses to write over what somebody else saved after the form was opened."""

    last_change = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["last_change"] = self._latest.history_id if self._latest else None

    @cached_property
    def _latest(self):
        """The newest row of the record's history; None for a new record, and for one that only imports wrote."""
        return self.instance.history.select_related("history_user").first() if self.instance.pk else None

    def clean(self):
        cleaned = super().clean()
        if self._latest and cleaned.get("last_change") != self._latest.history_id:
            who = self._latest.history_user or "An import or a command"
            raise forms.ValidationError(
                f"{who} saved this record while you were editing it, so nothing was saved. "
                "Open it again in another tab, and bring your changes there."
            )
        return cleaned


class PublishableForm(HistoryForm):
    """``refusals`` say why the record, once everything on its page was saved, could not have the chosen status."""

    refusals = ()

    def clean(self):
        cleaned = super().clean()
        for refusal in self.refusals:
            self.add_error("status", refusal)
        return cleaned
