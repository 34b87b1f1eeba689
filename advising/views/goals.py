"""Goals: choosing one, the way to it, and each step. The student's, and open to the advisors who work with them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from advising import policy
from advising.choices import Verb
from advising.forms.plans import GoalForm, GoalStateForm, NewStepForm, ProgressForm
from advising.models import Assignment, Goal, PathwayItem, SavedProgram, StudentProfile
from advising.pages import PageRequest, fetch, own_record, posted, record_page, refusals_as_errors
from advising.reads.gap import gaps_for, programs_to
from advising.services import goals as service
from advising.services.discussion import find_record
from programs.decorators import require_safe_or_post
from programs.models import Certification, Program
from programs.place import place_of
from programs.reads.previews import preview_search
from programs.views.safe_next import safe_next


@require_safe
@record_page
def plan_list(request: PageRequest, student_id: int) -> HttpResponse:
    """A student's goals, saved programs and what they want to discuss, for whoever works with them."""
    student = fetch(request, StudentProfile, pk=student_id, log=True)
    context = {
        "student": student,
        "gaps": gaps_for(student.goals.visible_to(request.user).select_related("student", "job_title")),
        "saved": SavedProgram.objects.visible_to(request.user)
        .filter(student=student)
        .select_related("program__organization"),
        "topics": student.agenda_items.visible_to(request.user)
        .filter(discussed_at=None)
        .select_related("appointment", "program__organization", "certification__issuer", "job_title"),
        "may_plan": policy.can(request.user, Verb.PLAN, student),
    }
    return render(request, "advising/goals/student.html", context)


@require_safe_or_post
@record_page
def own_goal_create(request: PageRequest) -> HttpResponse:
    """A goal of my own; ``job`` is the slug of the title whose page I come from."""
    return goal_form(request, own_record(request))


@require_safe_or_post
@record_page
def goal_create(request: PageRequest, student_id: int) -> HttpResponse:
    return goal_form(request, fetch(request, StudentProfile, pk=student_id, verb=Verb.PLAN))


def goal_form(request: PageRequest, student: StudentProfile) -> HttpResponse:
    form = GoalForm(posted(request), given=request.GET.get("job", "")[:160])
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form, "job_title"):
            goal = service.set_goal(student, user=request.user, job_title=form.cleaned_data["job_title"])
            messages.success(request, f"{goal.job_title} is a goal now. These are the steps to it.")
            return redirect("advising:goal", goal.pk)
    return render(request, "advising/goals/new.html", {"form": form, **whose(request, student)})


def whose(request: PageRequest, student: StudentProfile) -> dict[str, Any]:
    return {"student": student, "is_mine": student.user_id == request.user.pk}


@require_safe
@record_page
def goal_detail(request: PageRequest, goal_id: int) -> HttpResponse:
    """One goal: the route with what is done, the ways to take each step, and the plan."""
    goal = fetch(request, Goal, pk=goal_id, log=True)
    (gap,) = gaps_for(Goal.objects.filter(pk=goal.pk).select_related("student__user", "job_title"))
    title = gap.goal.job_title
    context = {
        "gap": gap,
        "programs": programs_to(gap),
        "preview": preview_search(request, {"job": title.slug}) if title.is_published else None,
        "place": place_of(request.session),
        "may_edit": policy.can(request.user, Verb.EDIT, goal),
        **whose(request, gap.goal.student),
    }
    return render(request, "advising/goals/goal.html", context)


@require_safe_or_post
@record_page
def goal_edit(request: PageRequest, goal_id: int) -> HttpResponse:
    goal = fetch(request, Goal, pk=goal_id, verb=Verb.EDIT)
    form = GoalStateForm(posted(request), initial={"status": goal.status})
    if request.method == "POST" and form.is_valid():
        service.change_goal(goal, user=request.user, **form.cleaned_data)
        messages.success(request, "The goal is changed.")
        return redirect("advising:goal", goal.pk)
    context = {"form": form, "goal": goal, **whose(request, goal.student)}
    return render(request, "advising/goals/edit.html", context)


@require_safe_or_post
@record_page
def step_create(request: PageRequest, goal_id: int) -> HttpResponse:
    """Plan a step: ``about`` names a program or a certification, ``step`` a step in words."""
    goal = fetch(request, Goal, pk=goal_id, verb=Verb.EDIT)
    about = request.GET.get("about", "")
    found = find_record(about) if about else None
    program = found if isinstance(found, Program) else None
    certification = found if isinstance(found, Certification) else None
    target = program or certification
    if about and not target:
        raise Http404
    initial = {"step": request.GET.get("step", "")[:300]}
    form = NewStepForm(posted(request), target=target, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.add_step(
                goal, user=request.user, program=program, certification=certification, **form.cleaned_data
            )
            messages.success(request, "The step is in the plan.")
            return redirect("advising:goal", goal.pk)
    context = {"form": form, "goal": goal, "target": target, **whose(request, goal.student)}
    return render(request, "advising/goals/step.html", context)


@require_safe_or_post
@record_page
def step_edit(request: PageRequest, item_id: int) -> HttpResponse:
    """Say how far a step is, or take it out of the plan."""
    item = fetch(request, PathwayItem, pk=item_id, verb=Verb.EDIT)
    if request.method == "POST" and "remove" in request.POST:
        service.remove_step(item, user=request.user)
        messages.success(request, "The step is out of the plan.")
        return redirect("advising:goal", item.goal_id)
    form = ProgressForm(posted(request), instance=item)
    if request.method == "POST" and form.is_valid():
        service.change_step(item, user=request.user, **form.cleaned_data)
        messages.success(request, "The plan is changed.")
        return redirect(safe_next(request, reverse("advising:goal", args=[item.goal_id])))
    context = {
        "form": form,
        "goal": item.goal,
        "item": item,
        "target": item.program or item.certification,
        **whose(request, item.goal.student),
    }
    return render(request, "advising/goals/step.html", context)


@require_safe
@record_page
def retired_program_list(request: PageRequest) -> HttpResponse:
    """Students of mine who keep or plan a program that the directory took back."""
    if not policy.is_advisor(request.user):
        raise Http404
    mine = Assignment.objects.active().filter(advisor__user=request.user).values("student")
    kept = SavedProgram.objects.visible_to(request.user).retired().filter(student__in=mine)
    planned = PathwayItem.objects.visible_to(request.user).retired().filter(goal__student__in=mine)
    rows = [
        (row.student, row.program, "Saved") for row in kept.select_related("student__user", "program__organization")
    ]
    rows += [
        (row.goal.student, row.program, row.get_status_display())
        for row in planned.select_related("goal__student__user", "program__organization")
        if row.program
    ]
    rows.sort(key=lambda row: (row[1].name, row[1].pk, row[0].user.last_name, row[0].pk))
    return render(request, "advising/goals/retired.html", {"rows": rows})
