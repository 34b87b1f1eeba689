from django.conf import settings
from django.http import HttpRequest

from portal.services.demo_accounts import demo_accounts


def site(request: HttpRequest) -> dict[str, object]:
    """What every page needs: whether this is a demonstration, and whose accounts one may try it with."""
    return {"demo_mode": settings.DEMO, "demo_accounts": demo_accounts}
