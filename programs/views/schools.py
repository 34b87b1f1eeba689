from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programs.choices import AwardLevel
from programs.forms import SchoolListForm
from programs.models import Accreditation, Organization, Program
from programs.reads.lists import page_by_name, page_of
from programs.wording import alphabetical

from .addresses import with_old_addresses

SCHOOLS_A_PAGE = 50
PROGRAMS_A_PAGE = 100


@require_safe
def school_list(request: HttpRequest) -> HttpResponse:
    """Every school with a program to show, by name, samples last; ``q`` and ``state`` narrow it."""
    form = SchoolListForm(request.GET)
    form.is_valid()
    found = Organization.objects.published().schools().with_program_count()
    if words := form.cleaned_data.get("q"):
        found = found.named_like(words)
    if state := form.cleaned_data.get("state"):
        found = found.filter(state=state)
    page = page_by_name(found, request.GET.get("page"), size=SCHOOLS_A_PAGE, last="is_fictional")
    return render(request, "programs/schools.html", {"form": form, "page": page})


@require_safe
@with_old_addresses(Organization)
def school_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One school and its programs, by award; a long list comes in pages."""
    school = get_object_or_404(
        Organization.objects.published()
        .select_related("source")
        .prefetch_related(Prefetch("accreditations", Accreditation.objects.select_related("accreditor"))),
        slug=slug,
    )
    programs = Program.objects.published().filter(organization=school)
    page = page_of(programs.for_cards(), keys_by_award(programs), request.GET.get("page"), PROGRAMS_A_PAGE)
    context = {
        "school": school,
        "page": page,
        "levels": programs.level_counts(),
        "trail": [("Schools", reverse("programs:schools"))],
    }
    return render(request, "programs/school.html", context)


def keys_by_award(programs: QuerySet[Program]) -> list[int]:
    """From the shortest certificate to the doctorate, then by name; non-credit programs last."""
    rank: dict[int | None, int] = {level: at for at, level in enumerate(AwardLevel)}
    rows = programs.order_by().values_list("award_level", "name", "slug", "pk")
    placed = sorted((rank.get(level, len(rank)), alphabetical(name), slug, key) for level, name, slug, key in rows)
    return [key for *_, key in placed]
