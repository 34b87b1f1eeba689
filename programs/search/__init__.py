"""Search over the catalog: which programs, in which order, and how many each further choice would leave.

The front door. What other packages need is here, and nothing outside this one imports from inside it. Questions come
as a ``ProgramFilterSet``, answers are the shapes of ``page``. Each function answers from the snapshot of this process,
and where there is none from the database, without counts.
"""

from collections.abc import Mapping

from . import careers, engine, without_snapshot
from .careers import CareerPage, Found
from .filters import CONDITIONS, FILTERS, LISTED
from .filterset import ProgramFilterSet
from .geo import miles_between
from .index import snapshot
from .index.tracking import bulk_change, connect, record_change
from .leading import leads_to
from .page import Choice, Facet, FacetPage, Match, Remedy, SearchPage
from .query import SORTS
from .remembering import RememberedProgram, can_remember, remembered
from .text.suggesting import Suggestion
from .text.words import has_words

__all__ = [
    "CONDITIONS",
    "FILTERS",
    "LISTED",
    "SORTS",
    "CareerPage",
    "Choice",
    "Facet",
    "FacetPage",
    "Found",
    "Match",
    "ProgramFilterSet",
    "Remedy",
    "RememberedProgram",
    "SearchPage",
    "Suggestion",
    "bulk_change",
    "can_remember",
    "connect",
    "facet_page",
    "find_careers",
    "has_words",
    "is_ready",
    "leads_to",
    "matching_ids",
    "miles_between",
    "record_change",
    "remembered",
    "search",
    "suggest",
]

CHOICES_LISTED = 500
"""How many choices of a long filter its own page lists; a box finds the others."""


def search(
    filterset: ProgramFilterSet, *, page: int = 1, only_programs: bool = False, listed: Mapping[str, int] = LISTED
) -> SearchPage:
    """A page of results.

    ``only_programs`` leaves out what a further choice would bring, which is most of the work. ``listed`` is how many
    choices of each long filter are told.
    """
    query, current = filterset.to_query(page=page), snapshot.current()
    if current is None:
        return without_snapshot.page_from_database(filterset.qs, query)
    return engine.search(query, current, only_programs=only_programs, listed=listed)


def facet_page(filterset: ProgramFilterSet, name: str, *, find: str = "") -> FacetPage:
    """Every choice of the long filter ``name``; ``find`` narrows them by a part of their name."""
    current = snapshot.current()
    if current is None:
        return FacetPage(label=CONDITIONS[name].label)
    return engine.facet_page(filterset.to_query(), current, name, find=find, most=CHOICES_LISTED)


def matching_ids(filterset: ProgramFilterSet) -> list[int]:
    """The ids of all programs that match, in ascending order."""
    current = snapshot.current()
    if current is None:
        return sorted(filterset.qs.values_list("pk", flat=True))
    return sorted(engine.matching_ids(filterset.to_query(), current).tolist())


def suggest(typed: str) -> list[Suggestion]:
    """Job titles, certifications, fields and schools that begin like ``typed``; none without a snapshot."""
    current = snapshot.current()
    return [] if current is None else current.suggester.suggest(typed)


def find_careers(text: str, *, number: int = 1) -> CareerPage:
    """Page ``number`` of the job titles and occupations that ``text`` names; one past the last gives the last."""
    current = snapshot.current()
    if current is None:
        return without_snapshot.careers_from_database(text, number=number)
    return careers.find_careers(text, current, number=number)


def is_ready() -> bool:
    """Whether this process can count. Raises what the database raises when it does not answer."""
    return snapshot.current() is not None
