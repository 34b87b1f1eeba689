from django.db.models import Prefetch
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.chain import routes_for
from programs.models import Accreditation, Offering, Program, ProgramCertification, Statistic
from programs.statistics import Figures
from programs.totals import credential_totals

from .addresses import with_old_addresses

REPORTED_TITLES = 4
"""How many reported titles to name under each occupation that the crosswalk gives."""


@require_safe
@with_old_addresses(Program)
def program(request, school: str, slug: str):
    """One program: every way to take it, where it leads, and how each fact is known."""
    programs = Program.objects.published().select_related("organization", "field", "source")
    offerings = (
        Offering.objects.published().with_price().select_related("source").prefetch_related("costs", "start_dates")
    )
    record = get_object_or_404(
        programs.prefetch_related(
            Prefetch("offerings", offerings.order_by("pk"), to_attr="published_offerings"),
            Prefetch("accreditations", Accreditation.objects.select_related("accreditor")),
            Prefetch("certification_links", ProgramCertification.objects.select_related("certification")),
            Prefetch("statistics", Statistic.objects.newest_first()),
        ),
        organization__slug=school,
        slug=slug,
    )
    record.published_offerings = told_once(record.published_offerings)
    context = {
        "program": record,
        "route": routes_for([record], reported_titles=REPORTED_TITLES)[record.pk],
        "totals": credential_totals(record.published_offerings, record.certification_links.all()),
        "outcomes": Figures(record.statistics.all(), today=timezone.localdate()).ranked,
        "trail": [
            ("Schools", reverse("programs:schools")),
            (str(record.organization), record.organization.get_absolute_url()),
        ],
    }
    return render(request, "programs/program.html", context)


def told_once(offerings: list[Offering]) -> list[Offering]:
    """Without those that say nothing but what one before them says. Costs and dates are prefetched."""
    once = {}
    for offering in offerings:
        parts = [*offering.costs.all(), *offering.start_dates.all()]
        facts = [model_to_dict(record, exclude=["id", "offering"]) for record in (offering, *parts)]
        once.setdefault(str(facts), offering)
    return list(once.values())
