"""Handing students over: choose, look at what will happen, confirm, and read what did."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from advising import policy
from advising.forms import TransferForm
from advising.forms.picking import read_ids
from advising.pages import PageRequest, is_number, posted, record_page
from advising.services import transfer as service
from programs.decorators import require_safe_or_post


@require_safe_or_post
@record_page
def student_transfer(request: PageRequest) -> HttpResponse:
    """For leads and administrators. Nothing moves before "confirm"; what cannot move is said line by line."""
    if not policy.is_record_keeper(request.user):
        raise PermissionDenied
    data = posted(request)
    # One field for all of them: a request may not hold as many fields as a transfer students.
    ticked = read_ids((data or request.GET).getlist("student"))
    form = TransferForm(
        data,
        request.FILES or None,
        user=request.user,
        chosen={int(pk) for pk in ticked[: service.MOST] if is_number(pk)},
    )
    context: dict[str, Any] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "advising/transfer/choose.html", context)
    good = [row for row in form.rows if not row.problem]
    if request.POST.get("action") == "confirm":
        moved = service.transfer_students((row.student for row in good), user=request.user, **form.options())
        context |= {"moved": moved, "bad": [row for row in form.rows if row.problem], "to": form.cleaned_data["to"]}
        return render(request, "advising/transfer/done.html", context)
    context |= {
        "rows": form.rows,
        "good": good,
        "students": [row.student.pk for row in form.rows if row.student],
        "unknown": service.text_of(row.line for row in form.rows if not row.student),
    }
    return render(request, "advising/transfer/preview.html", context)
