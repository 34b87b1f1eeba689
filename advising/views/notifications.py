"""What a person was told, and marking it read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advising.models import Notification
from advising.services import notifications as service

from .base import fetch, record_page

A_PAGE = 25


@require_safe
@record_page
def notifications(request):
    mine = Notification.objects.visible_to(request.user)
    context = {
        "page": Paginator(mine, A_PAGE).get_page(request.GET.get("page")),
        "unread": mine.unread().count(),
    }
    return render(request, "advising/notifications/list.html", context)


@require_POST
@record_page
def open_notification(request, notification_id: int):
    """Mark one as read and go to what it tells of."""
    notification = fetch(request, Notification, pk=notification_id)
    service.mark_read(notification, user=request.user)
    return redirect(notification.link or "advising:notifications")


@require_POST
@record_page
def read_notifications(request):
    count = service.mark_all_read(user=request.user)
    messages.success(request, f"{count} marked as read." if count else "All of them were read already.")
    return redirect("advising:notifications")
