from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.choices import DetailKind, GuideItemKind, Status
from programs.models import (
    CareerLink,
    FieldOfStudy,
    Guide,
    GuideItem,
    JobTitle,
    Occupation,
    OccupationDetail,
    ProgramCertification,
    Statistic,
)
from programs.pathway import MOST_STOPS, RELATION_ORDER, pathway_to
from programs.place import place_of
from programs.search import find_careers
from programs.statistics import Figures
from programs.wording import alphabetical

from .addresses import with_old_addresses
from .leads import find_leads, search_url
from .pages import by_name, page_by_name
from .results_url import page_number

OCCUPATIONS_A_PAGE = 60
LISTED_PROGRAMS = 40
"""Programs with an edge of their own that a page lists; the search has all of them."""

SIBLINGS = 12


@require_safe
def careers(request):
    """Job titles and occupations; ``q`` finds them by any title that people use."""
    text = request.GET.get("q", "").replace("\0", "")[:200].strip()
    context = {"q": text}
    if text:
        context["found"] = find_careers(text, number=page_number(request))
    else:
        context["curated"] = by_name(JobTitle.objects.published().filter(is_curated=True))
        context["page"] = page_by_name(
            Occupation.objects.all(), request.GET.get("page"), size=OCCUPATIONS_A_PAGE, name="title"
        )
    return render(request, "programs/careers.html", context)


@require_safe
@with_old_addresses(JobTitle)
@vary_on_headers("Referer")  # see find_leads
def career(request, slug: str):
    """One job title: what one does, what it pays, how to get there and what comes after."""
    title = get_object_or_404(JobTitle.objects.published().select_related("source"), slug=slug)
    links = title.occupation_links.select_related("occupation").order_by("-is_primary", "occupation__code")
    occupations = [link.occupation for link in links]
    certifications = career_links(title.career_links.filter(certification__status=Status.PUBLISHED))
    programs = linked_programs(title.career_links)
    advances_to = by_name(title.advances_to.published())
    fields = fields_of(occupations, [link.certification for link in certifications])
    leads = find_leads(request, job=title.slug)
    context = {
        "title": title,
        "occupations": occupations,
        "certification_links": certifications,
        "program_links": programs,
        "fields": [(field, search_url(request, field=field.code)) for field in fields],
        "advances_to": advances_to,
        "advances_from": by_name(title.advances_from.published()),
        "siblings": siblings_of(title, occupations),
        "pathway": pathway_to(
            title,
            certification_links=certifications,
            program_links=programs_of(certifications, drawn=[link.program_id for link in programs[:MOST_STOPS]]),
            programs=[link.program for link in programs],
            fields=fields,
            advances_to=advances_to,
            samples_last=leads.has_real,
        ),
        "leads": leads,
        **figures_of(request, occupations, [title, *advances_to]),
        **details_of(occupations),
        **guides_of(Q(job_titles=title) | Q(items__job_title=title) | Q(occupations__in=occupations)),
        "place": place_of(request.session),
        "trail": [("Careers", reverse("programs:careers"))],
    }
    return render(request, "programs/career.html", context)


def career_links(links) -> list[CareerLink]:
    """Edges from published certifications, the most binding first."""
    rows = links.select_related("certification__issuer", "source", "job_title")
    return sorted(rows, key=lambda link: (RELATION_ORDER[link.relation], alphabetical(str(link.certification))))


def linked_programs(links) -> list[CareerLink]:
    """Edges of their own from published programs, in the order of the programs' names, samples last."""
    rows = links.filter(program__isnull=False).select_related("program__organization", "source").order_by("pk")
    public = [row for row in rows if row.program.is_published and row.program.organization.is_published]
    return sorted(public, key=name_of_program)[:LISTED_PROGRAMS]


def name_of_program(link) -> tuple:
    """The key that sorts edges by the names of their programs, those of samples last."""
    school = link.program.organization
    return school.is_fictional, alphabetical(link.program.name), alphabetical(school.name), link.pk


def programs_of(links, *, drawn: list[int]) -> list[ProgramCertification]:
    """A few edges from published programs to the certifications of ``links``, for the pathway.

    Those of the programs ``drawn``, which it shows in any case, come first, and samples last.
    """
    rows = ProgramCertification.objects.filter(
        certification__in=[link.certification_id for link in links],
        program__status=Status.PUBLISHED,
        program__organization__status=Status.PUBLISHED,
    ).select_related("program__organization", "certification")
    order = ["program__organization__is_fictional", "relation", "pk"]
    if drawn:  # Django takes a condition that nothing can meet for a query without result
        rows, order = rows.alias(is_drawn=Q(program__in=drawn)), ["-is_drawn", *order]
    return list(rows.order_by(*order)[: 4 * MOST_STOPS])


def fields_of(occupations, certifications=()) -> list[FieldOfStudy]:
    """Fields of study that lead to ``occupations`` by the crosswalk, those of the certifications before them.

    Each has ``through``, the certification whose field it is, or None.
    """
    through = {}
    for certification in certifications:
        through.setdefault(certification.field_id, certification)
    fields = FieldOfStudy.objects.filter(Q(crosswalk__occupation__in=occupations) | Q(pk__in=through.keys() - {None}))
    found = list(fields.distinct().order_by("code"))
    for field in found:
        field.through = through.get(field.pk)
    return sorted(found, key=lambda field: field.through is None)


def siblings_of(title: JobTitle | None, occupations):
    """Other titles for the same work, curated ones first."""
    found = JobTitle.objects.published().filter(occupations__in=occupations).exclude(pk=title.pk if title else None)
    return curated_first(found.distinct())[:SIBLINGS]


def curated_first(titles) -> list[JobTitle]:
    return sorted(by_name(titles), key=lambda title: not title.is_curated)


def figures_of(request, occupations, titles=()) -> dict:
    """``occupation_figures`` and ``title_figures``: (record, Figures) pairs in the given order. One statement.

    A title without figures of its own is left out.
    """
    rows = list(
        Statistic.objects.filter(Q(occupation__in=occupations) | Q(job_title__in=titles)).select_related("source")
    )
    place = place_of(request.session)
    options = {"today": timezone.localdate(), "area": place.state if place else "US"}
    of_occupation = {o: Figures([row for row in rows if row.occupation_id == o.pk], **options) for o in occupations}
    of_title = {t: Figures([row for row in rows if row.job_title_id == t.pk], **options) for t in titles}
    return {
        "occupation_figures": list(of_occupation.items()),
        "title_figures": [(title, figures) for title, figures in of_title.items() if figures],
    }


def details_of(occupations, *, most: int = 12) -> dict:
    """``tasks``, ``technology`` and ``skills`` of the first occupation that has any, with ``detail_source``."""
    rows = OccupationDetail.objects.filter(occupation__in=occupations, rank__lte=most).select_related("source")
    rows = sorted(rows, key=lambda row: row.rank)
    first = next((o for o in occupations if any(row.occupation_id == o.pk for row in rows)), None)
    rows = [row for row in rows if first and row.occupation_id == first.pk]
    kinds = {"tasks": DetailKind.TASK, "technology": DetailKind.TECHNOLOGY, "skills": DetailKind.SKILL}
    return {
        **{name: [row.text for row in rows if row.kind == kind] for name, kind in kinds.items()},
        "detail_source": rows[0].source if rows else None,
        "detail_occupation": first,
    }


def guides_of(condition: Q) -> dict:
    """``guides`` that meet ``condition``, and the ``settings`` and conditions of remote work that they name."""
    guides = by_name(Guide.objects.published().filter(condition).distinct(), "title")
    kinds = (GuideItemKind.SETTING, GuideItemKind.REMOTE_CONDITION)
    items = GuideItem.objects.filter(guide__in=guides[:1], kind__in=kinds).select_related("source").order_by("order")
    items = list(items)
    return {
        "guides": guides,
        "settings": [item for item in items if item.kind == GuideItemKind.SETTING],
        "remote_conditions": [item for item in items if item.kind == GuideItemKind.REMOTE_CONDITION],
    }
