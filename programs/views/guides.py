from itertools import groupby

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from programs.choices import GuideItemKind, Status
from programs.models import CareerLink, Certification, Guide, JobTitle, Source
from programs.place import place_of
from programs.reads.careers import fields_of, figures_of
from programs.reads.lists import by_name
from programs.reads.previews import preview_search, with_search_urls
from programs.services.publishing import dead_links
from programs.wording import alphabetical

from .addresses import with_old_addresses

SECTIONS = (
    ("work", "What the work is"),
    ("skills", "What it takes"),
    ("outlook", "Outlook"),
    ("steps", "How to get there"),
    ("programs", "Programs"),
    ("certifications", "Certifications"),
    ("wages", "What it pays"),
    ("settings", "Where people work"),
    ("remote", "Working from home"),
    ("titles", "Job titles"),
    ("decisions", "Which program to choose"),
    ("questions", "Questions"),
    ("resources", "Read on"),
    ("sources", "Sources"),
    ("disclaimer", "Before you decide"),
)
"""(anchor, heading) of a guide's parts in their order; a part with nothing to say is left out."""


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    found = Guide.objects.published().prefetch_related("occupations")
    return render(request, "programs/guides.html", {"guides": by_name(found, "title")})


@require_safe
@with_old_addresses(Guide)
@vary_on_headers("Referer")  # see preview_search
def guide_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A career guide: its own items and steps, with certifications, titles, figures and programs as they are now."""
    guide = get_object_or_404(Guide.objects.published(), slug=slug)
    items = list(guide.items.select_related("job_title", "source").order_by("order", "pk"))
    items = [item for item in items if item.job_title is None or item.job_title.is_published]
    dead = dead_links(item.link for item in items)
    for item in items:
        item.link = "" if item.link in dead else item.link
    steps = list(guide.steps.select_related("certification", "source").order_by("order"))
    occupations = list(guide.occupations.order_by("code"))
    higher = Prefetch("advances_to", JobTitle.objects.published().order_by("name"))
    titles = by_name(guide.job_titles.published().prefetch_related(higher))
    certifications = certifications_of(titles, steps)
    of_kind = {kind: [item for item in items if item.kind == kind] for kind in GuideItemKind.values}
    place = place_of(request.session)
    figures = figures_of(occupations, titles, place=place)
    fields = fields_of(occupations, certifications)
    context = {
        "guide": guide,
        "intro": of_kind[GuideItemKind.INTRO],
        "duties": grouped_by_title(of_kind[GuideItemKind.DUTY]),
        "tools": of_kind[GuideItemKind.TOOL],
        "skills": of_kind[GuideItemKind.SKILL],
        "settings": of_kind[GuideItemKind.SETTING],
        "remote_conditions": of_kind[GuideItemKind.REMOTE_CONDITION],
        "decisions": of_kind[GuideItemKind.DECISION],
        "questions": of_kind[GuideItemKind.FAQ],
        "resources": of_kind[GuideItemKind.RESOURCE],
        "disclaimers": of_kind[GuideItemKind.DISCLAIMER],
        "steps": steps,
        "occupations": occupations,
        "titles": titles,
        "issuers": grouped_by_issuer(certifications),
        "fields": with_search_urls(request, fields),
        "preview": preview_search(request, {"occupation": occupations[0].code}) if occupations else None,
        "sources": sources_of([*items, *steps, *certifications], figures),
        **figures,
        "place": place,
        "trail": [("Guides", reverse("programs:guides"))],
    }
    context["contents"] = contents_of(context)
    return render(request, "programs/guide.html", context)


def certifications_of(titles, steps) -> list[Certification]:
    """Those that lead to one of ``titles`` or stand in a step, with the stages and specializations of each."""
    wanted = Q(career_links__job_title__in=titles) | Q(pk__in={step.certification_id for step in steps} - {None})
    found = Certification.objects.published().filter(wanted).distinct().select_related("issuer", "field", "source")
    found = found.prefetch_related(
        "requirements",
        Prefetch("stages", Certification.objects.published()),
        Prefetch("specializations", Certification.objects.published()),
        Prefetch(
            "career_links",
            CareerLink.objects.filter(job_title__status=Status.PUBLISHED).select_related("job_title"),
        ),
    )
    return sorted(by_name(found), key=lambda record: (alphabetical(record.issuer.name), record.issuer_id))


def grouped_by_title(items) -> list[tuple]:
    """(job title or None, its items) in the order in which the titles first come."""
    order = list(dict.fromkeys(item.job_title for item in items))
    return [(title, [item for item in items if item.job_title == title]) for title in order]


def grouped_by_issuer(certifications) -> list[tuple]:
    """(issuer, its certifications); they come sorted by issuer."""
    return [(issuer, list(held)) for issuer, held in groupby(certifications, key=lambda row: row.issuer)]


def sources_of(records, figures) -> list[Source]:
    """Every source that the guide rests on, once, by name."""
    ranked = [*figures["occupation_figures"], *figures["title_figures"]]
    held = [record.source for record in records] + [
        figure.source for _, subject in ranked for figure in subject.ranked
    ]
    return sorted({source for source in held if source}, key=lambda source: alphabetical(str(source)))


def contents_of(context) -> list[tuple[str, str]]:
    """The sections that have something to say."""
    wages = any(figures.wages for _, figures in context["occupation_figures"]) or context["title_figures"]
    filled = {
        "work": context["duties"] or context["tools"],
        "skills": context["skills"],
        "outlook": any(figures.outlook for _, figures in context["occupation_figures"]),
        "steps": context["steps"],
        "programs": context["preview"],
        "certifications": context["issuers"],
        "wages": wages,
        "settings": context["settings"],
        "remote": context["occupations"],
        "titles": context["titles"],
        "decisions": context["decisions"],
        "questions": context["questions"],
        "resources": context["resources"],
        "sources": context["sources"],
        "disclaimer": context["disclaimers"],
    }
    return [(anchor, heading) for anchor, heading in SECTIONS if filled[anchor]]
