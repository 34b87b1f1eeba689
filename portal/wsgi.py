import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# Every page is imported now, not while the first visitor waits; and what is imported lives on: the collector need not
# walk it, a tenth of a second each time.
import_module(settings.ROOT_URLCONF)
gc.freeze()
