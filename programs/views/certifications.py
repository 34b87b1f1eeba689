from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.choices import CertificationRelation, Status
from programs.forms import CertificationListForm
from programs.models import Accreditation, Certification, ProgramCertification
from programs.place import place_of
from programs.search import miles_between
from programs.wording import alphabetical

from .addresses import with_old_addresses
from .careers import RELATION_ORDER, guides_of, name_of_program
from .leads import find_leads, search_url
from .pages import page_by_name

CERTIFICATIONS_A_PAGE = 40
LISTED_PROGRAMS = 60
"""Programs with a stated edge that a page lists; the search has all of them."""


@require_safe
def certifications(request):
    """Every certification by name; ``q``, ``issuer``, ``field`` and ``level`` narrow the list."""
    form = CertificationListForm(request.GET)
    form.is_valid()
    found = Certification.objects.published().select_related("issuer", "field").narrowed(**form.cleaned_data)
    page = page_by_name(found, request.GET.get("page"), size=CERTIFICATIONS_A_PAGE)
    return render(request, "programs/certifications.html", {"form": form, "page": page})


@require_safe
@with_old_addresses(Certification)
@vary_on_headers("Referer")  # see find_leads
def certification(request, slug: str):
    """One certification: what it asks for and costs, the programs that lead to it and the job titles it opens."""
    record = get_object_or_404(
        Certification.objects.published()
        .select_related("issuer", "field", "source", "stage_of", "specialization_of")
        .prefetch_related(
            "requirements",
            Prefetch("stages", Certification.objects.published()),
            Prefetch("specializations", Certification.objects.published()),
            Prefetch("accreditations", Accreditation.objects.select_related("accreditor")),
        ),
        slug=slug,
    )
    place = place_of(request.session)
    careers = record.career_links.filter(job_title__status=Status.PUBLISHED).select_related("job_title", "source")
    links = published_links(record)
    guides = Q(steps__certification=record) | Q(job_titles__career_links__certification=record)
    context = {
        "certification": record,
        "career_links": sorted(careers, key=most_binding),
        "program_groups": grouped(nearest_first(links, place)),
        "program_count": links.values("program").distinct().count(),
        "programs_url": search_url(request, certification=record.slug),
        "near_url": search_url(request, place=place, certification=record.slug) if place else "",
        "field_leads": find_leads(request, field=record.field.code) if record.field else None,
        **guides_of(guides),
        "place": place,
        "trail": [("Certifications", reverse("programs:certifications"))],
    }
    return render(request, "programs/certification.html", context)


def most_binding(link) -> tuple:
    return RELATION_ORDER[link.relation], alphabetical(link.job_title.name)


def published_links(certification: Certification):
    return ProgramCertification.objects.filter(
        certification=certification,
        program__status=Status.PUBLISHED,
        program__organization__status=Status.PUBLISHED,
    ).select_related("program__organization", "source")


def nearest_first(links, place) -> list[ProgramCertification]:
    """At most LISTED_PROGRAMS edges, samples last; with a ZIP code nearest first, each with ``distance`` in miles."""
    rows = sorted(links, key=name_of_program)
    if not place:
        return rows[:LISTED_PROGRAMS]
    if not place.zip:
        rows.sort(key=lambda link: (is_sample(link), link.program.organization.state != place.state))
        return rows[:LISTED_PROGRAMS]
    schools = [link.program.organization for link in rows]
    miles = miles_between(
        place.center,
        [float("nan") if school.latitude is None else school.latitude for school in schools],
        [float("nan") if school.longitude is None else school.longitude for school in schools],
    )
    for link, distance in zip(rows, miles.tolist(), strict=True):
        link.distance = distance if distance == distance else None
    rows.sort(key=lambda link: (is_sample(link), link.distance is None, link.distance or 0))
    return rows[:LISTED_PROGRAMS]


def is_sample(link: ProgramCertification) -> bool:
    return link.program.organization.is_fictional


def grouped(links) -> list[tuple[str, list[ProgramCertification]]]:
    """(relation in words, its edges) in the order of how sure each leads to the certification."""
    groups = [(relation, [link for link in links if link.relation == relation]) for relation in CertificationRelation]
    return [(relation.label, held) for relation, held in groups if held]
