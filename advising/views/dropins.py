"""Coming without an appointment: the student's place in the queue, and the unit's queue."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms.appointments import DropInForm
from advising.models import DropIn
from advising.services import dropins as service

from .availability import own_advisor
from .base import fetch, own_record, record_page
from .typed import posted


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def drop_in(request):
    """The student's own: join a queue, or see how many come before."""
    student = own_record(request)
    waiting = student.drop_ins.waiting().select_related("unit", "advisor__user").first()
    form = DropInForm(posted(request), student=student)
    if request.method == "POST" and form.is_valid():
        try:
            service.join_queue(student, user=request.user, **form.facts())
        except AdvisingError as error:
            form.add_error(None, str(error))
        else:
            return redirect("advising:drop_in")
    place = service.position_in_queue(waiting) if waiting else None
    return render(request, "advising/appointments/drop_in.html", {"form": form, "waiting": waiting, "place": place})


@require_safe
@record_page
def queue(request):
    """Who waits at the advisor's unit, and who was called today."""
    advisor = own_advisor(request)
    here = DropIn.objects.visible_to(request.user).filter(unit=advisor.unit_id).select_related("student__user")
    context = {
        "advisor": advisor,
        "waiting": here.waiting().select_related("student__user", "advisor__user"),
        "called": here.called_today().select_related("student__user", "appointment__advisor__user"),
    }
    return render(request, "advising/appointments/queue.html", context)


@require_POST
@record_page
def call_in(request, drop_in_id: int):
    record = fetch(request, DropIn, pk=drop_in_id, verb=Verb.WORK)
    try:
        appointment = service.call_in(record, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
        return redirect("advising:queue")
    messages.success(request, f"{record.student.name} is yours. The appointment has begun.")
    return redirect("advising:appointment", appointment.pk)


@require_POST
@record_page
def leave_queue(request, drop_in_id: int):
    record = fetch(request, DropIn, pk=drop_in_id)
    is_own = record.student.user_id == request.user.pk
    try:
        service.leave_queue(record, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You left the queue." if is_own else f"{record.student.name} is off the queue.")
    return redirect("advising:drop_in" if is_own else "advising:queue")
