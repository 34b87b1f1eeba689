"""Decorators of views, for every app."""

from django.views.decorators.http import require_http_methods

require_safe_or_post = require_http_methods(["GET", "HEAD", "POST"])
"""A page that shows a form and takes it. Beside Django's ``require_safe`` and ``require_POST``."""
