"""A student's requests about their record, the answers to them, and the hearing on a refused correction."""

from django import forms

from advising import policy


class AskForm(forms.Form):
    text = forms.CharField(max_length=4000, strip=True, widget=forms.Textarea(attrs={"rows": 6}))


class StatementForm(forms.Form):
    statement = forms.CharField(max_length=4000, label="Your statement", widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, initial={"statement": asked.statement}, **kwargs)


class AnswerForm(forms.Form):
    """Granted or refused. ``asked`` is the request; what is answered does not depend on it."""

    granted = forms.TypedChoiceField(
        label="Decision",
        choices=[("yes", "Granted"), ("no", "Refused")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)


class DecisionForm(AnswerForm):
    decision = forms.CharField(
        max_length=4000,
        label="Reasons",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The student reads them. A refused correction gives them the right to a hearing (34 CFR 99.21), "
        "and to attach a statement.",
    )


class OutcomeForm(AnswerForm):
    reasons = forms.CharField(
        max_length=4000,
        label="Evidence and reasons",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The evidence in brief and the reasons, resting on the hearing alone (34 CFR 99.22). The student "
        "reads them.",
    )


class HearingForm(forms.Form):
    takes_place_at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text="Soon, and with notice enough to prepare.",
    )
    place = forms.CharField(max_length=200, label="Where", help_text="A room, or how to join a call.")
    presider = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose",
        label="Who presides",
        help_text="Without a direct interest in the outcome: whoever refused and the note’s author are not offered. "
        "Until the outcome is recorded, this person can read the request.",
    )

    def __init__(self, *args, asked, **kwargs):
        arranged = {"takes_place_at": asked.hearing.takes_place_at, "place": asked.hearing.place}
        super().__init__(*args, initial={**arranged, "presider": asked.hearing.presider_id}, **kwargs)
        self.fields["presider"].queryset = policy.presiders(asked)
