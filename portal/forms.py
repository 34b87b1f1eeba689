from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every form of the site looks the same: label, field, help, errors, from ``templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
