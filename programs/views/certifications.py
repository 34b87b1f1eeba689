from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.forms import CertificationListForm
from programs.models import Accreditation, Certification
from programs.place import place_of
from programs.reads.careers import guides_of
from programs.reads.links import by_relation, job_title_links, nearest_first, programs_of
from programs.reads.lists import page_by_name
from programs.reads.previews import preview_search, search_url

from .addresses import with_old_addresses

CERTIFICATIONS_A_PAGE = 40


@require_safe
def certification_list(request: HttpRequest) -> HttpResponse:
    """Every certification by name; ``q``, ``issuer``, ``field`` and ``level`` narrow the list."""
    form = CertificationListForm(request.GET)
    form.is_valid()
    found = Certification.objects.published().select_related("issuer", "field").narrowed(**form.cleaned_data)
    page = page_by_name(found, request.GET.get("page"), size=CERTIFICATIONS_A_PAGE)
    return render(request, "programs/certifications.html", {"form": form, "page": page})


@require_safe
@with_old_addresses(Certification)
@vary_on_headers("Referer")  # see preview_search
def certification_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One certification: what it asks for and costs, the programs that lead to it and the job titles it opens."""
    certification = get_object_or_404(
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
    place, here = place_of(request.session), {"certification": certification.slug}
    field, programs = certification.field, programs_of(certification)
    context = {
        "certification": certification,
        "career_links": job_title_links(certification),
        "program_groups": by_relation(nearest_first(programs, place)),
        "program_count": programs.values("program").distinct().count(),
        "programs_url": search_url(request, here),
        "near_url": search_url(request, here, place=place) if place else "",
        "field_preview": preview_search(request, {"field": field.code}) if field else None,
        **guides_of(Q(steps__certification=certification) | Q(job_titles__career_links__certification=certification)),
        "place": place,
        "trail": [("Certifications", reverse("programs:certifications"))],
    }
    return render(request, "programs/certification.html", context)
