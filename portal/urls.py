from allauth.urls import build_provider_urlpatterns
from django.contrib import admin
from django.urls import include, path

from portal import health, views

handler500 = "portal.outage.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("programs.urls")),
    # The parts of allauth.urls, without its redirects for sites of long ago.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include(build_provider_urlpatterns())),
    path("advising/", include("advising.urls")),
    path("admin/", admin.site.urls),
]
