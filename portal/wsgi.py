import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  every page is imported now, not while the first visitor waits
gc.freeze()  # and what is imported lives on: the collector need not walk it, a tenth of a second each time
