"""Lists by the alphabet, whole or page by page. Sorted here: databases differ on where capitals and accents stand."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

from programs.wording import alphabetical

Record = TypeVar("Record", bound=Model)


def by_name(records: Iterable[Record], name: str = "name") -> list[Record]:
    return sorted(records, key=lambda record: (alphabetical(getattr(record, name)), record.pk))


def page_by_name(
    found: QuerySet[Record], number: str | None, *, size: int, name: str = "name", last: str = ""
) -> Page[Any]:
    """Page ``number`` (as the address has it) of the queryset ``found`` by its column ``name``: two statements.

    Rows with a true ``last`` (a column) come after all others. All names are read, and no rows counted, which takes
    about the same time.
    """
    names = found.order_by().values_list(*([last] if last else []), name, "pk")
    ordered = sorted((*before, alphabetical(said), key) for *before, said, key in names)
    return page_of(found, [row[-1] for row in ordered], number, size)


def page_of(found: QuerySet[Record], keys: list[int], number: str | None, size: int) -> Page[Any]:
    """Page ``number`` of the rows of ``found`` in the order of ``keys``."""
    page: Page[Any] = Paginator(keys, size).get_page(number)
    rows = found.in_bulk(page.object_list)
    page.object_list = [rows[key] for key in page.object_list if key in rows]
    return page
