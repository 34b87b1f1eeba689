"""The forms around a caseload."""

from urllib.parse import parse_qsl, urlencode

from django import forms

from advising.filters import CaseloadFilterSet
from advising.models import SavedList


class SavedListForm(forms.ModelForm):
    """A name for the present filters. Of the query only what the caseload understands is kept."""

    class Meta:
        model = SavedList
        fields = ["name", "query"]
        labels = {"name": "Keep this list as"}
        widgets = {"query": forms.HiddenInput}

    def clean_query(self):
        pairs = parse_qsl(self.cleaned_data["query"])
        return urlencode([(name, value) for name, value in pairs if name in CaseloadFilterSet.base_filters])
