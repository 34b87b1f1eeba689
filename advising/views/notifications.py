"""What a person was told, and marking it read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising.models import Notification
from advising.pages import PageRequest, fetch, paginate, record_page
from advising.services import notifications as service

A_PAGE = 25


@require_safe
@record_page
def notification_list(request: PageRequest) -> HttpResponse:
    mine = Notification.objects.visible_to(request.user)
    context = {
        "page": paginate(request, mine, A_PAGE),
        "unread": mine.unread().count(),
    }
    return render(request, "advising/notifications/list.html", context)


@require_POST
@record_page
def notification_open(request: PageRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and go to what it tells of."""
    notification = fetch(request, Notification, pk=notification_id)
    service.mark_read(notification, user=request.user)
    return redirect(notification.link or "advising:notifications")


@require_POST
@record_page
def notification_mark_all_read(request: PageRequest) -> HttpResponse:
    count = service.mark_all_read(user=request.user)
    messages.success(request, f"{count} marked as read." if count else "All of them were read already.")
    return redirect("advising:notifications")
