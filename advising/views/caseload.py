"""My students: the list with its filters, the lists kept under a name, the file, and finding any student one sees."""

from io import StringIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from advising import policy
from advising.choices import Verb
from advising.filters import CaseloadFilterSet
from advising.forms import SavedListForm
from advising.models import SavedList, StudentProfile
from advising.pages import PageRequest, fetch, paginate, record_page
from advising.services import caseload as service
from advising.services.exports import write_csv
from advising.services.logs import log_export

A_PAGE = 50


def asked(request: PageRequest) -> CaseloadFilterSet:
    """The filters of the address. For advisors alone."""
    if not policy.is_advisor(request.user):
        raise PermissionDenied
    return CaseloadFilterSet(request.GET, queryset=StudentProfile.objects.none(), request=request)


@require_safe
@record_page
def caseload_list(request: PageRequest) -> HttpResponse:
    filters = asked(request)
    # The whole list is read once, by number alone; what a row shows is found out for those of the page.
    page = paginate(request, list(filters.qs.values_list("pk", flat=True)), A_PAGE)
    query = filters.query
    context = {
        "form": filters.form,
        "faults": filters.faults,
        "page": page,
        "rows": service.read_rows(filters.qs.filter(pk__in=page.object_list)),
        "columns": service.COLUMNS,
        "query": query,
        "is_filtered": bool(query),
        "lists": SavedList.objects.visible_to(request.user),
        "list_form": SavedListForm(initial={"query": query}),
        "may_transfer": policy.is_record_keeper(request.user),
    }
    return render(request, "advising/caseload/caseload.html", context)


@require_safe
@record_page
def caseload_download(request: PageRequest) -> HttpResponse:
    """Every row of the list that the filters leave, with the texts of the screen; written to the access log."""
    filters = asked(request)
    rows = service.read_rows(filters.qs)
    log_export(
        user=request.user,
        noun="caseload",
        filters=filters.query,
        refused=[label for label, _ in filters.faults],
        count=len(rows),
        origin=request.origin,
    )
    said = [[f"Nobody is listed. {label}: {why}"] for label, why in filters.faults]
    file = StringIO()
    write_csv(file, service.COLUMNS, [*said, *(row.cells for row in rows)])
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="caseload-{timezone.localdate()}.csv"'
    return answer


@require_POST
@record_page
def saved_list_save(request: PageRequest) -> HttpResponse:
    """Keep the present filters under a name; the same name again replaces what it held."""
    if not policy.is_advisor(request.user):
        raise PermissionDenied
    form = SavedListForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the list a name of at most 80 characters.")
        return redirect("advising:caseload")
    name, query = form.cleaned_data["name"], form.cleaned_data["query"]
    SavedList.objects.update_or_create(user=request.user, name=name, defaults={"query": query})
    messages.success(request, f"“{name}” is kept under your lists.")
    return redirect(f"{reverse('advising:caseload')}?{query}")


@require_POST
@record_page
def saved_list_delete(request: PageRequest, list_id: int) -> HttpResponse:
    fetch(request, SavedList, pk=list_id, verb=Verb.EDIT).delete()
    messages.success(request, "The list is gone. Its students are not.")
    return redirect("advising:caseload")


@require_safe
@record_page
def student_list(request: PageRequest) -> HttpResponse:
    """Find a student by name, number or e-mail address, among those whom the user may see or give a first advisor.

    ``ended`` adds those whose account has ended; ``show=unassigned`` lists everyone without an advisor, for leads.
    """
    user = request.user
    if not policy.is_staff(user):
        raise PermissionDenied
    text = request.GET.get("q", "").replace("\0", "")[:100].strip()
    with_ended = bool(request.GET.get("ended"))
    may_transfer = policy.is_record_keeper(user)
    is_worklist = may_transfer and request.GET.get("show") == "unassigned"
    found = StudentProfile.objects.all() if with_ended else StudentProfile.objects.active()
    waiting = found.unassigned().assignable_by(user) if may_transfer else found.none()
    found = waiting if is_worklist else found.findable_by(user)
    if text or not is_worklist:
        found = found.named_like(text)
    context = {
        "q": text,
        "with_ended": with_ended,
        "page": paginate(request, found.with_access(user).select_related("user"), A_PAGE),
        "is_worklist": is_worklist,
        "waiting": waiting.count(),
        "may_break_glass": policy.may_break_glass(user),
        "may_transfer": may_transfer,
    }
    return render(request, "advising/caseload/students.html", context)
