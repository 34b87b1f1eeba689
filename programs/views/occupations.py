from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.choices import Status, TitleKind
from programs.models import CareerLink, Occupation
from programs.place import place_of
from programs.reads.careers import curated_first, details_of, fields_of, figures_of, guides_of
from programs.reads.links import certification_links
from programs.reads.previews import preview_search, with_search_urls

OTHER_TITLES = 60


@require_safe
@vary_on_headers("Referer")  # see preview_search
def occupation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One occupation (SOC 2018): its titles, work, wages and outlook, and the fields of study that lead to it."""
    occupation = get_object_or_404(Occupation.objects.select_related("source"), code=code)
    place = place_of(request.session)
    links = CareerLink.objects.filter(job_title__occupations=occupation, job_title__status=Status.PUBLISHED)
    titles = occupation.titles.order_by("-kind", "title")[: OTHER_TITLES + 1]
    fields = fields_of([occupation])
    context = {
        "occupation": occupation,
        "job_titles": curated_first(occupation.job_titles.published()),  # at most 56 in the country
        "reported": [row.title for row in titles if row.kind == TitleKind.REPORTED],
        "alternate": [row.title for row in titles if row.kind == TitleKind.ALTERNATE],
        "certification_links": certification_links(links),
        "fields": with_search_urls(request, fields),
        "preview": preview_search(request, {"occupation": occupation.code}),
        **figures_of([occupation], place=place),
        **details_of([occupation]),
        **guides_of(Q(occupations=occupation)),
        "place": place,
        "trail": [("Careers", reverse("programs:careers"))],
    }
    return render(request, "programs/occupation.html", context)
