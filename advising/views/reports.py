"""The numbers of a unit."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advising.models import AdvisorProfile
from advising.pages import PageRequest, record_page
from advising.services import reports as service

SPANS = (30, 90, 365)
"""Days that a report can look back."""


@require_safe
@record_page
def report_detail(request: PageRequest) -> HttpResponse:
    """The report of one's own unit, or for those who keep records of any unit; ``days`` looks back."""
    units = list(service.units_for(request.user))
    if not units:
        raise PermissionDenied
    wanted = request.GET.get("unit", "")
    own = AdvisorProfile.objects.active().filter(user=request.user).values_list("unit", flat=True).first()
    unit = next((one for one in units if str(one.pk) == wanted), None)
    if wanted and unit is None:
        raise Http404
    unit = unit or next((one for one in units if one.pk == own), units[0])
    days = next((span for span in SPANS if str(span) == request.GET.get("days")), SPANS[1])
    since = {span: timezone.now() - timedelta(days=span) for span in SPANS if span <= days}
    context = {
        "unit": unit,
        "units": units,
        "days": days,
        "spans": SPANS,
        "is_outside": unit.pk != own,
        "tables": service.read_report(unit, user=request.user, since=since.pop(days), within=since.values()),
    }
    return render(request, "advising/reports/reports.html", context)
