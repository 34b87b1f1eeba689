from django import forms
from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every form of the site looks the same: label, field, help, errors, from ``templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class SignupForm(forms.Form):
    """What sign-up asks besides address and password; allauth adds those and saves the names."""

    first_name = forms.CharField(max_length=150)
    last_name = forms.CharField(max_length=150)

    field_order = ["first_name", "last_name", "email"]

    def signup(self, request, user):
        """allauth asks for this method; the names are saved by its adapter already."""
