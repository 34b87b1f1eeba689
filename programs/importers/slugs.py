"""Addresses for imported records. A record keeps the slug it was first given, so that links to it stay good."""

from collections.abc import Iterable
from itertools import chain, count

from django.utils.text import slugify


def slug_of(text: str) -> str:
    """The words of a name for an address; a slash parts words."""
    return slugify(text.replace("/", " "))


class Slugs:
    """Hands out slugs that are not in use; ``within`` (a school, say) they may be unique within something."""

    def __init__(self, taken: Iterable[str | tuple[int, str]]):
        self._taken: set[tuple[int | None, str]] = {
            item if isinstance(item, tuple) else (None, item) for item in taken
        }

    def take(self, *candidates: str, within: int | None = None) -> str:
        """The first free candidate, else the last with a number."""
        numbered = (f"{candidates[-1]}-{number}" for number in count(2))
        slug = next(slug for slug in chain(candidates, numbered) if (within, slug) not in self._taken)
        self._taken.add((within, slug))
        return slug
