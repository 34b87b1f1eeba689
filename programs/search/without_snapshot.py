"""Answers from the database where no snapshot can be had: the same programs, by name, without counts."""

from programs.choices import US_STATES
from programs.models import Certification, FieldOfStudy, JobTitle, Occupation, Organization

from .counting import FACETS
from .engine import FACET_LABELS, FIXED_LABELS
from .page import Choice, Facet, SearchPage
from .query import PAGE_SIZE, SearchQuery

NAMES = {
    "field": (FieldOfStudy, "code", "title"),
    "certification": (Certification, "slug", "name"),
    "job": (JobTitle, "slug", "name"),
    "occupation": (Occupation, "code", "title"),
    "school": (Organization, "slug", "name"),
}


def page_from_database(programs, query: SearchQuery) -> SearchPage:
    """A page of ``programs`` (the filters already applied), in the order of their names, samples last."""
    start = (max(query.page, 1) - 1) * PAGE_SIZE
    ordered = programs.order_by("organization__is_fictional", "name", "organization__name", "slug")
    ids = list(ordered.values_list("pk", flat=True)[start : start + PAGE_SIZE + 1])
    return SearchPage(
        ids=tuple(ids[:PAGE_SIZE]),
        total=None,
        number=max(query.page, 1),
        pages=0,
        has_next=len(ids) > PAGE_SIZE,
        facets=tuple(_facet(name, getattr(query, name)) for name in FACETS),
    )


def _facet(name: str, chosen: tuple[str, ...]) -> Facet:
    """Every choice of a short facet, the chosen ones of a long one."""
    if name in NAMES:
        model, key, label = NAMES[name]
        found = model.objects.filter(**{f"{key}__in": chosen}) if chosen else ()
        labels = {getattr(row, key): str(row) if model is Organization else getattr(row, label) for row in found}
    else:
        labels = FIXED_LABELS[name]
    choices = tuple(
        Choice(value, label, None, value in chosen)
        for value, label in labels.items()
        if labels is not US_STATES or value in chosen
    )
    return Facet(name=name, label=FACET_LABELS[name], choices=choices)
