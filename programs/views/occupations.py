from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.choices import Status, TitleKind
from programs.models import CareerLink, Occupation
from programs.place import place_of

from .careers import career_links, curated_first, details_of, fields_of, figures_of, guides_of
from .leads import find_leads, search_url

OTHER_TITLES = 60


@require_safe
@vary_on_headers("Referer")  # see find_leads
def occupation(request, code: str):
    """One occupation (SOC 2018): its titles, work, wages and outlook, and the fields of study that lead to it."""
    record = get_object_or_404(Occupation.objects.select_related("source"), code=code)
    links = CareerLink.objects.filter(
        job_title__occupations=record, job_title__status=Status.PUBLISHED, certification__status=Status.PUBLISHED
    )
    titles = record.titles.order_by("-kind", "title")[: OTHER_TITLES + 1]
    context = {
        "occupation": record,
        "job_titles": curated_first(record.job_titles.published()),  # at most 56 in the country
        "reported": [row.title for row in titles if row.kind == TitleKind.REPORTED],
        "alternate": [row.title for row in titles if row.kind == TitleKind.ALTERNATE],
        "certification_links": career_links(links),
        "fields": [(field, search_url(request, field=field.code)) for field in fields_of([record])],
        "leads": find_leads(request, occupation=record.code),
        **figures_of(request, [record]),
        **details_of([record]),
        **guides_of(Q(occupations=record)),
        "place": place_of(request.session),
        "trail": [("Careers", reverse("programs:careers"))],
    }
    return render(request, "programs/occupation.html", context)
