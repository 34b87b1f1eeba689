"""The project's settings for benchmarks: a snapshot is read where it is asked for, plain HTTP, no chatter."""

import os

os.environ["DEMO"] = "1"  # an advisor's pages without a second factor

from portal.settings import *

SEARCH_BUILD_INLINE = 10_000_000
SECURE_SSL_REDIRECT = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["root"]["level"] = "WARNING"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty, since no page under measure is styled
