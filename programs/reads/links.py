"""Stated links between programs, certifications and job titles, in the order in which a page lists them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from programs.choices import CertificationRelation, Status
from programs.models import CareerLink, Certification, Program, ProgramCertification
from programs.place import Place
from programs.search import miles_between
from programs.wording import alphabetical

PROGRAMS_OF_TITLE = 40
PROGRAMS_OF_CERTIFICATION = 60
"""Programs with a link of their own that a page lists; the search has all of them."""


def certification_links(links: QuerySet[CareerLink]) -> list[CareerLink]:
    """Those of ``links`` that come from published certifications, the most binding first."""
    rows = links.filter(certification__status=Status.PUBLISHED)
    rows = rows.select_related("certification__issuer", "source", "job_title")
    return sorted(rows, key=lambda link: (link.rank, alphabetical(str(link.certification))))


def job_title_links(certification: Certification) -> list[CareerLink]:
    """From ``certification`` to published job titles, the most binding first."""
    rows = certification.career_links.filter(job_title__status=Status.PUBLISHED).select_related("job_title", "source")
    return sorted(rows, key=lambda link: (link.rank, alphabetical(link.job_title.name)))


def program_links(links: QuerySet[CareerLink]) -> list[tuple[Program, CareerLink]]:
    """Those of ``links`` that come from published programs, with these, in the order of their names; samples last."""
    rows = links.filter(program__isnull=False).select_related("program__organization", "source").order_by("pk")
    public = [(row.program, row) for row in rows if row.program and row.program.is_public]
    return sorted(public, key=lambda pair: _by_program(*pair))[:PROGRAMS_OF_TITLE]


def _by_program(program: Program, link: CareerLink | ProgramCertification) -> tuple[bool, str, str, int]:
    school = program.organization
    return school.is_fictional, alphabetical(program.name), alphabetical(school.name), link.pk


def programs_of_certifications(
    links: Iterable[CareerLink], *, drawn: list[Program], most: int
) -> list[ProgramCertification]:
    """At most ``most`` links from published programs to the certifications of ``links``, for a pathway.

    Those of the programs ``drawn``, which it shows in any case, come first, and samples last.
    """
    rows = _of_published_programs().filter(certification__in=[link.certification_id for link in links])
    rows = rows.select_related("program__organization", "certification")
    order = ["program__organization__is_fictional", "relation", "pk"]
    if drawn:  # Django takes a condition that nothing can meet for a query without result
        rows, order = rows.alias(is_drawn=Q(program__in=drawn)), ["-is_drawn", *order]
    return list(rows.order_by(*order)[:most])


def programs_of(certification: Certification) -> QuerySet[ProgramCertification]:
    """The links from published programs."""
    rows = _of_published_programs().filter(certification=certification)
    return rows.select_related("program__organization", "source")


def _of_published_programs() -> QuerySet[ProgramCertification]:
    return ProgramCertification.objects.filter(
        program__status=Status.PUBLISHED, program__organization__status=Status.PUBLISHED
    )


def nearest_first(links: Iterable[ProgramCertification], place: Place | None) -> list[ProgramCertification]:
    """At most PROGRAMS_OF_CERTIFICATION, samples last; with a ZIP code nearest first, each with ``distance``."""
    rows = sorted(links, key=lambda link: _by_program(link.program, link))
    if place and place.center:
        schools = [link.program.organization for link in rows]
        miles = miles_between(
            place.center,
            [float("nan") if school.latitude is None else school.latitude for school in schools],
            [float("nan") if school.longitude is None else school.longitude for school in schools],
        )
        for link, distance in zip(rows, miles.tolist(), strict=True):
            link.distance = distance if distance == distance else None
        rows.sort(key=lambda link: (_is_sample(link), link.distance is None, link.distance or 0))
    elif place:
        rows.sort(key=lambda link: (_is_sample(link), link.program.organization.state != place.state))
    return rows[:PROGRAMS_OF_CERTIFICATION]


def _is_sample(link: ProgramCertification) -> bool:
    return link.program.organization.is_fictional


def by_relation(links: Iterable[ProgramCertification]) -> list[tuple[str, list[ProgramCertification]]]:
    """(relation in words, its links) in the order of how surely each leads to the certification."""
    links = list(links)
    groups = [(relation, [link for link in links if link.relation == relation]) for relation in CertificationRelation]
    return [(relation.label, held) for relation, held in groups if held]
