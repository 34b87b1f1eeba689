"""The directory's public addresses: stable, by slug, GET only; the URL is the whole state."""

from django.urls import path

from programs.views import (
    careers,
    certifications,
    compare,
    guides,
    occupations,
    place,
    program,
    schools,
    search,
)

app_name = "programs"

urlpatterns = [
    path("programs/", search.results, name="search"),
    path("programs/choices/<slug:name>/", search.facet, name="facet"),
    path("suggest/", search.suggest, name="suggest"),
    path("programs/<slug:school>/<slug:slug>/", program.program, name="program"),
    path("schools/", schools.schools, name="schools"),
    path("schools/<slug:slug>/", schools.school, name="school"),
    path("certifications/", certifications.certifications, name="certifications"),
    path("certifications/<slug:slug>/", certifications.certification, name="certification"),
    path("careers/", careers.careers, name="careers"),
    path("careers/<slug:slug>/", careers.career, name="career"),
    path("occupations/<slug:code>/", occupations.occupation, name="occupation"),
    path("guides/", guides.guides, name="guides"),
    path("guides/<slug:slug>/", guides.guide, name="guide"),
    path("compare/", compare.compare, name="compare"),
    path("place/", place.set_place, name="place"),
]
