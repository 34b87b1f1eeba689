"""Programs that a student keeps."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from advising.choices import Verb
from advising.forms.plans import SavedProgramForm
from advising.models import SavedProgram
from advising.pages import PageRequest, fetch, own_record, posted, record_page, refusals_as_messages
from advising.reads.records import kept_programs
from advising.services import saved as service
from advising.services.discussion import find_record
from programs.decorators import require_safe_or_post
from programs.models import Program
from programs.views.safe_next import safe_next


@require_safe
@record_page
def saved_program_list(request: PageRequest) -> HttpResponse:
    return render(request, "advising/saved/list.html", {"saved": kept_programs(own_record(request))})


@require_safe_or_post
@record_page
def saved_program_add(request: PageRequest) -> HttpResponse:
    """Keep the program that ``about`` in the address names; ``next`` is the page to go back to. A GET asks first."""
    student = own_record(request)
    program = find_record(request.GET.get("about", ""))
    if not isinstance(program, Program):
        if request.htmx:
            return HttpResponseClientRefresh()  # the page is older than the directory
        raise Http404
    if request.method != "POST":
        is_saved = student.saved_programs.filter(program=program).first()
        return render(request, "advising/saved/new.html", {"program": program, "is_saved": is_saved})
    with refusals_as_messages(request):
        _, is_new = service.save_program(student, user=request.user, program=program)
        if request.htmx:
            context = {"is_offered": True, "is_saved": True, "program": program}
            return render(request, "advising/saved/_button.html", context)
        text = "is saved" if is_new else "was saved already"
        messages.success(request, f"{program.name} {text}. Your saved programs are on My page.")
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(safe_next(request, program.get_absolute_url()))


@require_safe_or_post
@record_page
def saved_program_edit(request: PageRequest, saved_id: int) -> HttpResponse:
    """The note on a saved program; ``action`` moves it up or down, or removes it."""
    saved = fetch(request, SavedProgram, pk=saved_id, verb=Verb.EDIT)
    action = request.POST.get("action", "")
    if action in ("up", "down"):
        service.move_saved(saved, user=request.user, up=action == "up")
        return redirect("advising:saved_programs")
    if action == "remove":
        service.remove_saved(saved, user=request.user)
        messages.success(request, f"{saved.program.name} is no longer among your saved programs.")
        return redirect(safe_next(request, "advising:saved_programs"))
    form = SavedProgramForm(posted(request), instance=saved, program=saved.program)
    if request.method == "POST" and form.is_valid():
        service.change_saved(saved, user=request.user, **form.cleaned_data)
        messages.success(request, "Your note is saved.")
        return redirect("advising:saved_programs")
    return render(request, "advising/saved/edit.html", {"form": form, "saved": saved})
