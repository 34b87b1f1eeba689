from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.figures import Figures
from programs.models import Offering, Program
from programs.routes.graph import routes_for
from programs.routes.totals import credential_totals

from .addresses import with_old_addresses

REPORTED_TITLES = 4
"""How many reported titles to name under each occupation that the crosswalk gives."""


@require_safe
@with_old_addresses(Program)
def program_detail(request: HttpRequest, school: str, slug: str) -> HttpResponse:
    """One program: every way to take it, where it leads, and how each fact is known."""
    program = get_object_or_404(Program.objects.published().for_page(), organization__slug=school, slug=slug)
    program.published_offerings = told_once(program.published_offerings)
    context = {
        "program": program,
        "route": routes_for([program], reported_titles=REPORTED_TITLES)[program.pk],
        "totals": credential_totals(program.published_offerings, program.certification_links.all()),
        "outcomes": Figures(program.statistics.all(), today=timezone.localdate()).ranked,
        "trail": [
            ("Schools", reverse("programs:schools")),
            (str(program.organization), program.organization.get_absolute_url()),
        ],
    }
    return render(request, "programs/program.html", context)


def told_once(offerings: list[Offering]) -> list[Offering]:
    """Without those that say nothing but what one before them says. Costs and dates are prefetched."""
    once: dict[str, Offering] = {}
    for offering in offerings:
        parts = [*offering.costs.all(), *offering.start_dates.all()]
        facts = [model_to_dict(record, exclude=["id", "offering"]) for record in (offering, *parts)]
        once.setdefault(str(facts), offering)
    return list(once.values())
