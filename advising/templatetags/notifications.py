from django import template

from advising.models import Notification
from advising.types import Asker

register = template.Library()

MOST = 99


@register.simple_tag
def unread_notifications(user: Asker) -> str:
    """How many the user has not read, for the header: nothing, a number, or "99+"; one query on an index."""
    if not getattr(user, "is_authenticated", False):
        return ""
    count = Notification.objects.visible_to(user).unread()[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")
