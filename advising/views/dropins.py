"""Coming without an appointment: the student's place in the queue, and the unit's queue."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising.choices import Verb
from advising.forms.appointments import DropInForm
from advising.models import DropIn
from advising.pages import (
    PageRequest,
    fetch,
    own_advisor,
    own_record,
    posted,
    record_page,
    refusals_as_errors,
    refusals_as_messages,
)
from advising.services import dropins as service
from programs.decorators import require_safe_or_post


@require_safe_or_post
@record_page
def queue_join(request: PageRequest) -> HttpResponse:
    """The student's own: join a queue, or see how many come before."""
    student = own_record(request)
    waiting = student.drop_ins.waiting().select_related("unit", "advisor__user").first()
    form = DropInForm(posted(request), student=student)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.join_queue(student, user=request.user, **form.facts())
            return redirect("advising:drop_in")
    place = service.position_in_queue(waiting) if waiting else None
    return render(request, "advising/appointments/drop_in.html", {"form": form, "waiting": waiting, "place": place})


@require_safe
@record_page
def queue_list(request: PageRequest) -> HttpResponse:
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
def queue_call_in(request: PageRequest, drop_in_id: int) -> HttpResponse:
    drop_in = fetch(request, DropIn, pk=drop_in_id, verb=Verb.WORK)
    with refusals_as_messages(request):
        appointment = service.call_in(drop_in, user=request.user)
        messages.success(request, f"{drop_in.student.name} is yours. The appointment has begun.")
        return redirect("advising:appointment", appointment.pk)
    return redirect("advising:queue")


@require_POST
@record_page
def queue_leave(request: PageRequest, drop_in_id: int) -> HttpResponse:
    drop_in = fetch(request, DropIn, pk=drop_in_id)
    is_own = drop_in.student.user_id == request.user.pk
    with refusals_as_messages(request):
        service.leave_queue(drop_in, user=request.user)
        messages.success(request, "You left the queue." if is_own else f"{drop_in.student.name} is off the queue.")
    return redirect("advising:drop_in" if is_own else "advising:queue")
