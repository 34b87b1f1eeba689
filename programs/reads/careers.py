"""What the pages of job titles, occupations, certifications and guides say of the same work."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypedDict

from django.db.models import Q
from django.utils import timezone

from programs.choices import COUNTRY, DetailKind, GuideItemKind
from programs.figures import Figures
from programs.models import (
    Certification,
    FieldOfStudy,
    Guide,
    GuideItem,
    JobTitle,
    Occupation,
    OccupationDetail,
    Source,
    Statistic,
)
from programs.place import Place

from .lists import by_name

SIBLINGS = 12
DETAILS = 12
"""Tasks, technologies or skills of an occupation that a page lists."""


class FieldLink(NamedTuple):
    """A field of study, and the certification whose field it is; without one the crosswalk leads from it."""

    field: FieldOfStudy
    through: Certification | None


def fields_of(occupations: Iterable[Occupation], certifications: Iterable[Certification] = ()) -> list[FieldLink]:
    """Fields of study that lead to ``occupations`` by the crosswalk, those of the certifications before them."""
    through: dict[int, Certification] = {}
    for certification in certifications:
        if certification.field_id is not None:
            through.setdefault(certification.field_id, certification)
    fields = FieldOfStudy.objects.filter(Q(crosswalk__occupation__in=occupations) | Q(pk__in=through))
    found = [FieldLink(field, through.get(field.pk)) for field in fields.distinct().order_by("code")]
    return sorted(found, key=lambda link: link.through is None)


def siblings_of(title: JobTitle, occupations: Iterable[Occupation]) -> list[JobTitle]:
    """Other titles for the same work, curated ones first."""
    found = JobTitle.objects.published().filter(occupations__in=occupations).exclude(pk=title.pk)
    return curated_first(found.distinct())[:SIBLINGS]


def curated_first(titles: Iterable[JobTitle]) -> list[JobTitle]:
    return sorted(by_name(titles), key=lambda title: not title.is_curated)


class FiguresOf(TypedDict):
    """(record, its figures) pairs."""

    occupation_figures: list[tuple[Occupation, Figures]]
    title_figures: list[tuple[JobTitle, Figures]]


def figures_of(
    occupations: Iterable[Occupation], titles: Iterable[JobTitle] = (), *, place: Place | None
) -> FiguresOf:
    """Figures in the given order, those of the state of ``place`` before the country's. One statement.

    A title without figures of its own is left out.
    """
    occupations, titles = list(occupations), list(dict.fromkeys(titles))
    rows = list(
        Statistic.objects.filter(Q(occupation__in=occupations) | Q(job_title__in=titles)).select_related("source")
    )
    today, area = timezone.localdate(), place.state if place else COUNTRY

    def figures(found: Iterable[Statistic]) -> Figures:
        return Figures(found, today=today, area=area)

    of_occupation = [(each, figures(row for row in rows if row.occupation_id == each.pk)) for each in occupations]
    of_title = [(each, figures(row for row in rows if row.job_title_id == each.pk)) for each in titles]
    return {
        "occupation_figures": of_occupation,
        "title_figures": [(title, found) for title, found in of_title if found],
    }


class DetailsOf(TypedDict):
    tasks: list[str]
    technology: list[str]
    skills: list[str]
    detail_source: Source | None
    detail_occupation: Occupation | None


def details_of(occupations: Sequence[Occupation]) -> DetailsOf:
    """Tasks, technology and skills of the first occupation that has any."""
    found = OccupationDetail.objects.filter(occupation__in=occupations, rank__lte=DETAILS).select_related("source")
    ranked = sorted(found, key=lambda row: row.rank)
    first = next((o for o in occupations if any(row.occupation_id == o.pk for row in ranked)), None)
    rows = [row for row in ranked if first and row.occupation_id == first.pk]

    def texts(kind: DetailKind) -> list[str]:
        return [row.text for row in rows if row.kind == kind]

    return {
        "tasks": texts(DetailKind.TASK),
        "technology": texts(DetailKind.TECHNOLOGY),
        "skills": texts(DetailKind.SKILL),
        "detail_source": rows[0].source if rows else None,
        "detail_occupation": first,
    }


class GuidesOf(TypedDict):
    """``settings`` and ``remote_conditions`` are those that the first guide names."""

    guides: list[Guide]
    settings: list[GuideItem]
    remote_conditions: list[GuideItem]


def guides_of(condition: Q) -> GuidesOf:
    """The published guides that meet ``condition``, by title."""
    guides = by_name(Guide.objects.published().filter(condition).distinct(), "title")
    kinds = (GuideItemKind.SETTING, GuideItemKind.REMOTE_CONDITION)
    found = GuideItem.objects.filter(guide__in=guides[:1], kind__in=kinds).select_related("source").order_by("order")
    items = list(found)
    return {
        "guides": guides,
        "settings": [item for item in items if item.kind == GuideItemKind.SETTING],
        "remote_conditions": [item for item in items if item.kind == GuideItemKind.REMOTE_CONDITION],
    }
