from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programs.forms import SchoolListForm
from programs.models import Accreditation, Organization, Program

SCHOOLS_A_PAGE = 50
PROGRAMS_A_PAGE = 100
ORDER = ("is_fictional", "name", "slug")


@require_safe
def schools(request):
    """Every school with a program to show, by name, samples last; ``q`` and ``state`` narrow it."""
    form = SchoolListForm(request.GET)
    form.is_valid()
    found = Organization.objects.published().schools().order_by(*ORDER)
    if words := form.cleaned_data.get("q"):
        found = found.named_like(words)
    if state := form.cleaned_data.get("state"):
        found = found.filter(state=state)
    page = Paginator(found.values_list("pk", flat=True), SCHOOLS_A_PAGE).get_page(request.GET.get("page"))
    # Counted for one page, not for all.
    listed = Organization.objects.filter(pk__in=list(page)).order_by(*ORDER).with_program_count()
    return render(request, "programs/schools.html", {"form": form, "page": page, "schools": listed})


@require_safe
def school(request, slug: str):
    """One school and its programs, by award; a long list comes in pages."""
    record = get_object_or_404(
        Organization.objects.published()
        .select_related("source")
        .prefetch_related(Prefetch("accreditations", Accreditation.objects.select_related("accreditor"))),
        slug=slug,
    )
    programs = Program.objects.published().filter(organization=record)
    page = Paginator(programs.by_award().for_cards(), PROGRAMS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "school": record,
        "page": page,
        "levels": programs.level_counts(),
        "trail": [("Schools", reverse("programs:schools"))],
    }
    return render(request, "programs/school.html", context)
