from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.models import JobTitle, Occupation
from programs.place import place_of
from programs.reads.careers import details_of, fields_of, figures_of, guides_of, siblings_of
from programs.reads.links import certification_links, program_links, programs_of_certifications
from programs.reads.lists import by_name, page_by_name
from programs.reads.previews import preview_search, with_search_urls
from programs.routes.pathway import MOST_NODES, pathway_to
from programs.search import find_careers

from .addresses import with_old_addresses
from .results_url import page_number

OCCUPATIONS_A_PAGE = 60


@require_safe
def career_list(request: HttpRequest) -> HttpResponse:
    """Job titles and occupations; ``q`` finds them by any title that people use."""
    text = request.GET.get("q", "").replace("\0", "")[:200].strip()
    context: dict[str, object] = {"q": text}
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
@vary_on_headers("Referer")  # see preview_search
def career_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One job title: what one does, what it pays, how to get there and what comes after."""
    title = get_object_or_404(JobTitle.objects.published().select_related("source"), slug=slug)
    place = place_of(request.session)
    of_title = title.occupation_links.select_related("occupation").order_by("-is_primary", "occupation__code")
    occupations = [link.occupation for link in of_title]
    certifications = certification_links(title.career_links.all())
    programs = program_links(title.career_links.all())
    advances_to = by_name(title.advances_to.published())
    fields = fields_of(occupations, [link.certification for link in certifications if link.certification])
    preview = preview_search(request, {"job": title.slug})
    context = {
        "title": title,
        "occupations": occupations,
        "certification_links": certifications,
        "program_links": [link for _, link in programs],
        "fields": with_search_urls(request, fields),
        "advances_to": advances_to,
        "advances_from": by_name(title.advances_from.published()),
        "siblings": siblings_of(title, occupations),
        "pathway": pathway_to(
            title,
            certification_links=certifications,
            program_links=programs_of_certifications(
                certifications,
                drawn=[program for program, _ in programs[:MOST_NODES]],
                most=4 * MOST_NODES,
            ),
            programs=[program for program, _ in programs],
            fields=[field for field, _ in fields],
            advances_to=advances_to,
            samples_last=preview.has_real,
        ),
        "preview": preview,
        **figures_of(occupations, [title, *advances_to], place=place),
        **details_of(occupations),
        **guides_of(Q(job_titles=title) | Q(items__job_title=title) | Q(occupations__in=occupations)),
        "place": place,
        "trail": [("Careers", reverse("programs:careers"))],
    }
    return render(request, "programs/career.html", context)
