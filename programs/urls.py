"""The directory's public addresses: stable, by slug, GET only; the URL is the whole state."""

from django.urls import path

from programs.views import program, schools

app_name = "programs"

urlpatterns = [
    path("programs/<slug:school>/<slug:slug>/", program.program, name="program"),
    path("schools/", schools.schools, name="schools"),
    path("schools/<slug:slug>/", schools.school, name="school"),
]
