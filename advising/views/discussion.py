"""What a student wants to talk about, and the note that follows."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from advising.choices import Verb
from advising.exceptions import AdvisingError
from advising.forms.plans import TopicForm
from advising.models import AgendaItem, Note
from advising.services import discussion as service
from programs.views.safe_next import safe_next

from .base import fetch, own_record, record_page
from .typed import posted


@require_http_methods(["GET", "HEAD", "POST"])
@record_page
def discuss(request):
    """Put what ``about`` names, or only words, on the agenda of my next meeting."""
    student = own_record(request)
    about = request.GET.get("about", "")
    record = service.find_record(about) if about else None
    if about and record is None:
        raise Http404
    form = TopicForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            item = service.ask_to_discuss(student, user=request.user, record=record, text=form.cleaned_data["text"])
        except AdvisingError as error:
            form.add_error("text", str(error))
        else:
            verb = "is on the agenda of" if item.appointment_id else "waits for"
            messages.success(request, f"It {verb} your next appointment.")
            return redirect(record.get_absolute_url() if record else "advising:me")
    context = {"form": form, "record": record, "appointment": service.next_appointment(student)}
    return render(request, "advising/me/discuss.html", context)


@require_POST
@record_page
def remove_topic(request, item_id: int):
    item = fetch(request, AgendaItem, pk=item_id, verb=Verb.EDIT)
    try:
        service.remove_topic(item, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is off the agenda.")
    return redirect(safe_next(request, "advising:me"))


@require_POST
@record_page
def link_agenda(request, note_id: int):
    """Link a note to what was on the agenda of its meeting."""
    note = fetch(request, Note, pk=note_id, verb=Verb.EDIT)
    try:
        count = service.link_agenda(note, user=request.user)
    except AdvisingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{count} linked." if count else "Everything on the agenda was linked already.")
    return redirect("advising:note", note.pk)
