"""What a student wants to talk about, and the note that follows."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from advising.choices import Verb
from advising.forms.plans import TopicForm
from advising.models import AgendaItem, Note
from advising.pages import (
    PageRequest,
    fetch,
    own_record,
    posted,
    record_page,
    refusals_as_errors,
    refusals_as_messages,
)
from advising.services import discussion as service
from programs.decorators import require_safe_or_post
from programs.views.safe_next import safe_next


@require_safe_or_post
@record_page
def topic_create(request: PageRequest) -> HttpResponse:
    """Put what ``about`` names, or only words, on the agenda of my next meeting."""
    student = own_record(request)
    about = request.GET.get("about", "")
    target = service.find_record(about) if about else None
    if about and target is None:
        raise Http404
    form = TopicForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form, "text"):
            item = service.ask_to_discuss(student, user=request.user, record=target, text=form.cleaned_data["text"])
            verb = "is on the agenda of" if item.appointment_id else "waits for"
            messages.success(request, f"It {verb} your next appointment.")
            return redirect(target.get_absolute_url() if target else "advising:me")
    context = {"form": form, "record": target, "appointment": service.next_appointment(student)}
    return render(request, "advising/me/discuss.html", context)


@require_POST
@record_page
def topic_remove(request: PageRequest, item_id: int) -> HttpResponse:
    item = fetch(request, AgendaItem, pk=item_id, verb=Verb.EDIT)
    with refusals_as_messages(request):
        service.remove_topic(item, user=request.user)
        messages.success(request, "It is off the agenda.")
    return redirect(safe_next(request, "advising:me"))


@require_POST
@record_page
def note_link_agenda(request: PageRequest, note_id: int) -> HttpResponse:
    """Link a note to what was on the agenda of its meeting."""
    note = fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    with refusals_as_messages(request):
        count = service.link_agenda(note, user=request.user)
        messages.success(request, f"{count} linked." if count else "Everything on the agenda was linked already.")
    return redirect("advising:note", note.pk)
