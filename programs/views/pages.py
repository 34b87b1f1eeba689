"""Lists by the alphabet, whole or page by page. Sorted here: databases differ on where capitals and accents stand."""

from django.core.paginator import Page, Paginator

from programs.wording import alphabetical


def by_name(records, name: str = "name") -> list:
    return sorted(records, key=lambda record: (alphabetical(getattr(record, name)), record.pk))


def page_by_name(found, number: str | None, *, size: int, name: str = "name", last: str = "") -> Page:
    """Page ``number`` (as the address has it) of the queryset ``found`` by its column ``name``: two statements.

    Rows with a true ``last`` (a column) come after all others. All names are read, and no rows counted, which takes
    about the same time.
    """
    names = found.order_by().values_list(*([last] if last else []), name, "pk")
    ordered = sorted((*before, alphabetical(said), key) for *before, said, key in names)
    return page_of(found, [row[-1] for row in ordered], number, size)


def page_of(found, keys: list[int], number: str | None, size: int) -> Page:
    """Page ``number`` of the rows of ``found`` in the order of ``keys``."""
    page = Paginator(keys, size).get_page(number)
    rows = found.in_bulk(page.object_list)
    page.object_list = [rows[key] for key in page.object_list if key in rows]
    return page
