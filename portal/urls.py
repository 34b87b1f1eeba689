from django.contrib import admin
from django.urls import include, path

from portal import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("programs.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
