"""What a transfer asks for: whom, to whom, and what moves along."""

from collections.abc import Collection
from typing import Any

from django import forms

from advising.exceptions import AdvisingError
from advising.models import AdvisorProfile
from advising.services import transfer
from advising.types import User

from .base import offer_rows


class TransferForm(forms.Form):
    """``chosen`` are the ids of students who were ticked.

    ``rows`` after validation: the students named by ticks, lines and file, each checked (``transfer.Row``).
    """

    to = forms.ModelChoiceField(label="New primary advisor", queryset=AdvisorProfile.objects.none())
    lines = forms.CharField(
        label="Students",
        required=False,
        max_length=300_000,  # as many lines as a transfer takes, e-mail addresses too
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One student number or e-mail address a line.",
    )
    file = forms.FileField(
        label="Or a file", required=False, help_text="CSV; the first column holds student numbers or addresses."
    )
    alerts = forms.BooleanField(label="Move open alerts", required=False, initial=True)
    items = forms.BooleanField(label="Move what the present advisor has to do", required=False, initial=True)
    appointments = forms.BooleanField(label="Move future appointments, at their times", required=False, initial=True)
    reason = forms.CharField(label="Reason", required=False, max_length=300, help_text="Stays with the assignment.")
    note = forms.CharField(
        label="Handover note",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Published in each record, for the student’s advisors.",
    )

    def __init__(self, *args: Any, user: User, chosen: Collection[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user, self.chosen = user, chosen
        advisors = AdvisorProfile.objects.active().select_related("user", "unit")
        offer_rows(self, "to", advisors, label_of=lambda advisor: f"{advisor}, {advisor.unit}")
        if not AdvisorProfile.objects.active().filter(user=user).exists():
            del self.fields["note"]

    def clean(self):
        values = super().clean()
        if "to" not in values:
            return values
        try:
            lines = transfer.lines_of(values.get("lines", ""))
            if values.get("file"):
                lines += transfer.read_file(values["file"])
        except AdvisingError as error:
            raise forms.ValidationError(str(error)) from error
        self.rows = transfer.check(self.chosen, lines, user=self.user, to=values["to"])
        if not self.rows:
            raise forms.ValidationError("Name at least one student, or choose a file.")
        return values

    def options(self) -> dict:
        """What the service takes beside the students."""
        names = ("to", "alerts", "items", "appointments", "reason", "note")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
