"""The route that every page shares: program -> certification -> job title.

Stated links (``ProgramCertification``, ``CareerLink``) come first. Where a link is computed it says so and comes after
them: first the job titles that stated links give for the same field of study, then those of the CIP-SOC crosswalk.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from programs.choices import POSTSECONDARY_TEACHERS, CareerRelation, LinkBasis, Measure, StatisticKind, Status
from programs.figures import Figure, Figures
from programs.models import (
    CareerLink,
    Certification,
    Crosswalk,
    JobTitle,
    JobTitleOccupation,
    Occupation,
    Program,
    ProgramCertification,
    Source,
    Statistic,
)

SAME_FIELD = "Computed: checked for other records of the same field of study"
CROSSWALK = "Computed: field of study to occupation (CIP 2020 to SOC 2018 crosswalk)"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a route. ``relation`` and ``basis`` are words; ``computed`` tells a derived link from a stated."""

    target: Certification | JobTitle | Occupation
    relation: str
    basis: str
    computed: bool = False
    source: Source | None = None
    verified_on: date | None = None
    through: Certification | None = None
    """The certification by which a program leads to a job title."""
    wage: Figure | None = None
    titles: tuple[JobTitle, ...] = ()
    """Titles that people in an occupation report."""

    @property
    def name(self) -> str:
        return self.target.title if isinstance(self.target, Occupation) else self.target.name

    @property
    def short_name(self) -> str:
        return self.target.short_name if isinstance(self.target, Certification) else self.name

    @property
    def url(self) -> str:
        return self.target.get_absolute_url()


class Route(NamedTuple):
    """Stops in order: stated ones first."""

    certifications: tuple[Stop, ...] = ()
    careers: tuple[Stop, ...] = ()

    @property
    def stated_careers(self) -> list[Stop]:
        return [stop for stop in self.careers if not stop.computed]

    @property
    def computed_careers(self) -> list[Stop]:
        return [stop for stop in self.careers if stop.computed]

    @property
    def has_same_field(self) -> bool:
        return any(stop.basis == SAME_FIELD for stop in self.careers)

    @property
    def sources(self) -> list[Source]:
        """Who is behind the links and the wages, each once."""
        stops = (*self.certifications, *self.careers)
        found = [stop.source for stop in stops] + [stop.wage.source for stop in stops if stop.wage]
        return list(dict.fromkeys(source for source in found if source))


class Titles(NamedTuple):
    """Job titles by occupation and back: curated ones, reported ones, and each title's primary occupation."""

    curated: dict[int, list[JobTitle]]
    reported: dict[int, list[JobTitle]]
    occupation: dict[int, int]


Crosswalked = Mapping[int | None, list[Occupation]]
"""The occupations of each field of study, by the field's id; none of a program without a field."""


def routes_for(programs: Iterable[Program], *, reported_titles: int = 0) -> dict[int, Route]:
    """The route of each program, by program id, in a constant number of statements.

    ``reported_titles``: how many titles that people report to name under each computed occupation.
    """
    programs = list(programs)
    certifications = _certification_stops(programs)
    links = _career_links(programs, certifications)
    crosswalk = _occupations_by_field(programs)
    titles = _titles(links, crosswalk, reported_titles)
    routes = {
        program.pk: Route(
            tuple(certifications[program.pk]),
            tuple(_career_stops(program, certifications[program.pk], links, crosswalk, titles)),
        )
        for program in programs
    }
    return _with_wages(routes, titles)


def _certification_stops(programs: list[Program]) -> dict[int, list[Stop]]:
    links = ProgramCertification.objects.filter(
        program__in=programs, certification__status=Status.PUBLISHED
    ).select_related("certification__issuer", "source")
    stops: dict[int, dict[int, Stop]] = defaultdict(dict)
    for link in sorted(links, key=lambda link: (link.rank, link.certification.name)):
        held = stops[link.program_id]
        stop = _stated(link, link.certification)
        if first := held.get(link.certification_id):
            stop = replace(first, relation=f"{first.relation}; {stop.relation.lower()}")
        held[link.certification_id] = stop
    return {program.pk: list(stops[program.pk].values()) for program in programs}


def _stated(
    link: ProgramCertification | CareerLink, target: Certification | JobTitle, *, through: Certification | None = None
) -> Stop:
    return Stop(
        target=target,
        relation=link.get_relation_display(),
        basis=link.get_basis_display(),
        source=link.source,
        verified_on=link.verified_on,
        through=through,
    )


def _career_links(programs: list[Program], certifications: Mapping[int, list[Stop]]) -> list[CareerLink]:
    """Stated links of the programs and their certifications; and checked ones of others in the same fields."""
    held = {stop.target.pk for stops in certifications.values() for stop in stops}
    fields = _fields_of(programs)
    checked = Q(basis=LinkBasis.CURATED, relation=CareerRelation.PREPARES_FOR)
    return list(
        CareerLink.objects.filter(
            Q(program__in=programs)
            | Q(certification__in=held)
            | checked & Q(certification__field__in=fields, certification__status=Status.PUBLISHED)
            | checked & Q(program__field__in=fields, program__status=Status.PUBLISHED),
            job_title__status=Status.PUBLISHED,
        )
        .select_related("job_title", "certification", "program", "source")
        .order_by("job_title__name", "pk")
    )


def _fields_of(programs: list[Program]) -> set[int]:
    return {program.field_id for program in programs if program.field_id is not None}


def _occupations_by_field(programs: list[Program]) -> Crosswalked:
    rows = Crosswalk.objects.filter(field__in=_fields_of(programs))
    occupations: dict[int | None, list[Occupation]] = defaultdict(list)
    for row in rows.select_related("occupation").order_by("occupation__code"):
        occupations[row.field_id].append(row.occupation)
    for found in occupations.values():
        found.sort(key=lambda occupation: occupation.code.startswith(POSTSECONDARY_TEACHERS))
    return occupations


def _titles(links: list[CareerLink], crosswalk: Crosswalked, reported_titles: int) -> Titles:
    occupations = {occupation.pk for found in crosswalk.values() for occupation in found}
    rows = (
        JobTitleOccupation.objects.filter(is_primary=True, job_title__status=Status.PUBLISHED)
        .select_related("job_title")
        .order_by("job_title__name")
    )
    titles = Titles(defaultdict(list), defaultdict(list), {})
    linked = {link.job_title_id for link in links}
    for row in rows.filter(Q(job_title__in=linked) | Q(job_title__is_curated=True, occupation__in=occupations)):
        titles.occupation[row.job_title_id] = row.occupation_id
        if row.job_title.is_curated:
            titles.curated[row.occupation_id].append(row.job_title)
    if reported_titles:
        number = Window(RowNumber(), partition_by="occupation", order_by="job_title__name")
        reported = rows.filter(job_title__is_curated=False, occupation__in=occupations).annotate(number=number)
        named = reported.only("occupation", "job_title__name", "job_title__slug")
        for row in named.filter(number__lte=reported_titles):
            titles.reported[row.occupation_id].append(row.job_title)
    return titles


def _career_stops(
    program: Program, certifications: list[Stop], links: list[CareerLink], crosswalk: Crosswalked, titles: Titles
) -> list[Stop]:
    through = {stop.target.pk for stop in certifications}
    stops: dict[int, Stop] = {}
    for link in links:
        if link.program_id == program.pk:
            stops.setdefault(link.job_title_id, _stated(link, link.job_title))
    for link in links:
        if link.certification_id in through:
            stops.setdefault(link.job_title_id, _stated(link, link.job_title, through=link.certification))
    for link in links:
        if _is_checked_for(program.field_id, link):
            stops.setdefault(link.job_title_id, _computed(link.job_title, SAME_FIELD))
    named = {titles.occupation.get(job_title) for job_title in stops}
    found = list(stops.values())
    for occupation in crosswalk.get(program.field_id, []):
        if occupation.pk in named:
            continue
        curated = titles.curated[occupation.pk]
        found += [_computed(job_title, CROSSWALK) for job_title in curated]
        if not curated:
            found.append(replace(_computed(occupation, CROSSWALK), titles=tuple(titles.reported[occupation.pk])))
    return found


def _is_checked_for(field_id: int | None, link: CareerLink) -> bool:
    """Whether our editors linked a record of this field of study, and as what prepares for the title."""
    origin = link.program or link.certification
    is_checked = link.basis == LinkBasis.CURATED and link.relation == CareerRelation.PREPARES_FOR
    return is_checked and field_id is not None and origin is not None and origin.field_id == field_id


def _computed(target: JobTitle | Occupation, basis: str) -> Stop:
    return Stop(target=target, relation=CareerRelation.PREPARES_FOR.label, basis=basis, computed=True)


def _with_wages(routes: dict[int, Route], titles: Titles) -> dict[int, Route]:
    """The same routes with the median annual wage at each job title: its own, or its primary occupation's."""
    careers = [stop.target for route in routes.values() for stop in route.careers]
    job_titles = {target.pk for target in careers if isinstance(target, JobTitle)}
    occupations = {target.pk for target in careers if isinstance(target, Occupation)}
    occupations |= {titles.occupation[pk] for pk in job_titles if pk in titles.occupation}
    statistics = Statistic.objects.filter(
        Q(job_title__in=job_titles) | Q(occupation__in=occupations),
        measure=Measure.ANNUAL_WAGE,
        statistic=StatisticKind.MEDIAN,
        value__isnull=False,
    ).select_related("source")
    of_title: dict[int | None, list[Statistic]] = defaultdict(list)
    of_occupation: dict[int | None, list[Statistic]] = defaultdict(list)
    for row in statistics:
        (of_title[row.job_title_id] if row.job_title_id else of_occupation[row.occupation_id]).append(row)
    today = timezone.localdate()

    def with_wage(stop: Stop) -> Stop:
        if isinstance(stop.target, JobTitle):
            rows = of_title.get(stop.target.pk) or of_occupation.get(titles.occupation.get(stop.target.pk))
        else:
            rows = of_occupation.get(stop.target.pk)
        return replace(stop, wage=Figures(rows, today=today).median_wage) if rows else stop

    return {
        pk: route._replace(careers=tuple(with_wage(stop) for stop in route.careers)) for pk, route in routes.items()
    }
