"""Keys as an admin form was sent them. Django takes for granted that they can be keys, and fails where they cannot."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field


def can_be_key(field: Field, value: str) -> bool:
    """Whether a row could have ``value`` in ``field``."""
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return "\0" not in value


class _KnownOnly:
    """Shows a refused form again without the values that can be no keys."""

    def optgroups(self, name, value, attrs=None):
        relation = self.field.remote_field
        target = relation.get_related_field() if self.field.many_to_one else relation.model._meta.pk
        return super().optgroups(name, [each for each in value if not each or can_be_key(target, each)], attrs)


class Autocomplete(_KnownOnly, AutocompleteSelect):
    pass


class AutocompleteMultiple(_KnownOnly, AutocompleteSelectMultiple):
    pass


class CheckedKeys(BaseModelAdmin):
    """Of an admin or an inline: what it is sent as keys is looked at before the database is."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def response_action(self, request, queryset, *args, **kwargs):
        """Raises BadRequest for a selection that holds what can be no key; only a made-up request does."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(can_be_key(self.opts.pk, key) for key in chosen):
            raise BadRequest("The selection names a record that cannot be.")
        return super().response_action(request, queryset, *args, **kwargs)
