"""What a list of the admin may be asked by address."""

from collections.abc import Sequence

from django.contrib.admin import ModelAdmin


class OfferedLookups(ModelAdmin):
    """Answers what its filters offer, its dates, and what other pages link to (``linked_by``); nothing else.

    Django lets a list be filtered by any column of its table. Counting the rows for a value of one's choice would
    spell a column that nobody may see, letter by letter. Every ModelAdmin of this site begins with this class.
    """

    linked_by: Sequence[str] = ()

    def lookup_allowed(self, lookup, value, request):
        offered = [*map(_name, self.get_list_filter(request)), self.date_hierarchy, *self.linked_by]
        names = tuple(filter(None, offered))
        return (lookup in names or lookup.startswith(tuple(f"{name}__" for name in names))) and super().lookup_allowed(
            lookup, value, request
        )


def _name(item) -> str:
    """The first word of the lookups of one item of ``list_filter``: a field, a field with its filter, or a filter."""
    if isinstance(item, str):
        return item
    return item[0] if isinstance(item, tuple) else item.parameter_name
