from django.conf import settings


def site(request):
    """What every page needs: whether this is a demonstration."""
    return {"demo_mode": settings.DEMO}
