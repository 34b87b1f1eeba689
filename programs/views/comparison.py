"""The page of two to four programs side by side."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from programs.reads.comparison import (
    MOST,
    address_part,
    columns_of,
    comparison_url,
    parse_ids,
    programs_by_id,
    rows_of,
)


@require_safe
def program_compare(request: HttpRequest) -> HttpResponse:
    """``ids`` are program ids, separated by commas or repeated; the page's own address has them by commas."""
    given = request.GET.getlist("ids")
    ids = parse_ids(",".join(given))
    if len(ids) > MOST:
        messages.warning(request, f"Only {MOST} programs fit side by side. These are the first {MOST} you chose.")
    wanted = ids[:MOST]
    if len(given) > 1 or (given and given[0] != address_part(wanted)):
        return redirect(comparison_url(wanted) if wanted else "programs:compare")
    found = programs_by_id(wanted)
    columns = columns_of([found[pk] for pk in wanted if pk in found])
    context = {
        "columns": columns,
        "rows": rows_of(columns) if len(columns) > 1 else [],
        "missing": len(wanted) - len(columns),
        "room": MOST - len(columns),
        "ids": address_part([column.program.pk for column in columns]),
        "trail": [("Programs", reverse("programs:search"))],
    }
    return render(request, "programs/compare.html", context)
