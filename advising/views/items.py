"""Things to do: one's own list, a student's, and the templates that fill them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Case, F, Max, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising import policy
from advising.choices import ItemFor, ItemState, Verb
from advising.forms import ApplyTemplateForm, ItemForm, NewTemplateForm, TemplateForm, TemplateLines
from advising.forms.picking import read_ids
from advising.models import ActionItem, Assignment, ItemTemplate, StudentProfile
from advising.pages import (
    PageRequest,
    fetch,
    is_number,
    paginate,
    posted,
    record_page,
    refusals_as_errors,
    refusals_as_messages,
)
from advising.querysets import ActionItemQuerySet
from advising.services import items as service
from advising.types import User
from programs.decorators import require_safe_or_post
from programs.views.safe_next import safe_next

A_PAGE = 50

MOST_LISTED = 5000
"""Students to choose from when a template is handed out."""

STATES = {
    ItemState.DONE: "Done.",
    ItemState.OPEN: "It is on the list again.",
    ItemState.CANCELLED: "It is no longer needed.",
}


def item_page(request: PageRequest, found: ActionItemQuerySet) -> Page[ActionItem]:
    """A page of ``found``: what is still to do first, the soonest on top."""
    rank = Case(When(state=ItemState.OPEN, then=Value(0)), default=Value(1))
    rows = found.with_access(request.user).with_links().order_by(rank, F("due_on").asc(nulls_last=True), "pk")
    return paginate(request, rows, A_PAGE)


def my_students(user: User) -> QuerySet[Assignment, Any]:
    """Students whom ``user`` advises now."""
    return Assignment.objects.active().filter(advisor__user=user).values("student")


@require_safe
@record_page
def item_list(request: PageRequest) -> HttpResponse:
    """My own list; for an advisor also what their students have to do."""
    visible = ActionItem.objects.visible_to(request.user)
    is_advisor = policy.is_advisor(request.user)
    of_students = is_advisor and request.GET.get("show") == "students"
    if of_students:
        found = visible.open().filter(student__in=my_students(request.user), assignee=ItemFor.STUDENT)
    else:
        found = visible.to_be_done_by(request.user).exclude(state=ItemState.CANCELLED)
    context = {"page": item_page(request, found), "is_advisor": is_advisor, "of_students": of_students}
    return render(request, "advising/items/list.html", context)


@require_safe
@record_page
def student_item_list(request: PageRequest, student_id: int) -> HttpResponse:
    student = fetch(request, StudentProfile, pk=student_id, log=True)
    found = ActionItem.objects.visible_to(request.user).filter(student=student)
    context = {
        "page": item_page(request, found),
        "student": student,
        "may_add": policy.can(request.user, Verb.ADD_ITEM, student),
    }
    return render(request, "advising/items/student.html", context)


@require_safe_or_post
@record_page
def item_edit(request: PageRequest, student_id: int | None = None, item_id: int | None = None) -> HttpResponse:
    """A new item of a student's list, or a change of one."""
    item = None if item_id is None else fetch(request, ActionItem, pk=item_id, verb=Verb.EDIT)
    student = item.student if item else fetch(request, StudentProfile, pk=student_id, verb=Verb.ADD_ITEM)
    initial = {"alert": request.GET.get("alert"), "appointment": request.GET.get("appointment")}
    form = ItemForm(
        posted(request), instance=item, student=student, user=request.user, initial={} if item else initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            if item:
                service.change_item(item, user=request.user, **form.facts())
            else:
                service.add_item(student, user=request.user, **form.facts())
            messages.success(request, "The item is changed." if item else "The item is on the list.")
            return redirect("advising:student_items", student.pk)
    return render(request, "advising/items/form.html", {"form": form, "student": student, "item": item})


@require_POST
@record_page
def item_set_state(request: PageRequest, item_id: int) -> HttpResponse:
    """Tick an item, take the tick back, or call it off; ``next`` is the page to go back to."""
    item = fetch(request, ActionItem, pk=item_id)
    if (wanted := request.POST.get("state")) in ItemState.values:
        state = ItemState(wanted)
        if not policy.can(request.user, Verb.EDIT if state == ItemState.CANCELLED else Verb.TICK, item):
            raise PermissionDenied
        with refusals_as_messages(request):
            service.set_item_state(item, user=request.user, state=state)
            messages.success(request, STATES[state])
    return redirect(safe_next(request, "advising:items"))


# Templates


@require_safe_or_post
@record_page
def item_template_list(request: PageRequest) -> HttpResponse:
    """The lists that the unit hands out, and a form for a new one."""
    if not policy.is_advisor(request.user):
        raise PermissionDenied
    form = NewTemplateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form, "name"):
            template = service.make_template(user=request.user, **form.cleaned_data)
            messages.success(request, "The template is made. Look through its items before you hand it out.")
            return redirect("advising:item_template", template.pk)
    found = ItemTemplate.objects.visible_to(request.user).with_counts().select_related("unit")
    return render(request, "advising/items/templates.html", {"templates": found, "form": form})


@require_safe_or_post
@record_page
def item_template_edit(request: PageRequest, template_id: int) -> HttpResponse:
    template = fetch(request, ItemTemplate, pk=template_id, verb=Verb.EDIT)
    form = TemplateForm(posted(request), instance=template)
    last = template.items.aggregate(last=Max("order"))["last"] or 0
    orders = [{"order": last + number} for number in range(1, TemplateLines.extra + 1)]
    lines = TemplateLines(posted(request), instance=template, prefix="lines", initial=orders)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        changed = lines.save(commit=False)
        facts = {**form.cleaned_data, "lines": changed, "removed": lines.deleted_objects}
        with refusals_as_errors(form, "name"):
            service.change_template(template, user=request.user, **facts)
            messages.success(request, "The template is saved.")
            return redirect("advising:item_template", template.pk)
    return render(request, "advising/items/template.html", {"template": template, "form": form, "lines": lines})


@require_safe_or_post
@record_page
def item_template_apply(request: PageRequest) -> HttpResponse:
    """Hand a template out: to the students named in ``students``, or to some of one's own.

    A list such as the caseload may post its selection here; nothing is handed out before the button of this page.
    """
    if not policy.is_advisor(request.user):
        raise PermissionDenied
    sent = request.POST or request.GET
    ticked = read_ids(sent.getlist("students"))
    # The page sends along whom it lists, for not all of them may be ticked.
    listed = [key for key in read_ids(sent.getlist("listed")) or ticked if is_number(key)][:MOST_LISTED]
    students = (
        StudentProfile.objects.active().visible_to(request.user).exclude(user=request.user).select_related("user")
    )
    asked = any(sent.getlist("listed") + sent.getlist("students"))
    students = students.filter(pk__in=listed if asked else my_students(request.user))
    is_sent = "apply" in request.POST
    form = ApplyTemplateForm(
        request.POST if is_sent or "listed" in request.POST else None,
        templates=ItemTemplate.objects.visible_to(request.user).filter(is_active=True),
        students=students,
        initial={"students": ticked, "template": sent.get("template")},
    )
    if is_sent and form.is_valid():
        facts = form.cleaned_data
        with refusals_as_errors(form, "template"):
            handed = service.apply_template(
                facts["template"], facts["students"], user=request.user, starts_on=facts["starts_on"]
            )
            return render(request, "advising/items/handed.html", {"handed": handed, "template": facts["template"]})
    return render(request, "advising/items/apply.html", {"form": form, "listed": listed})
