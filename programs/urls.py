"""The directory's public addresses: stable, by slug, GET only; the URL is the whole state."""

from django.urls import path

from programs.views import (
    careers,
    certifications,
    comparison,
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
    path("programs/<slug:school>/<slug:slug>/", program.program_detail, name="program"),
    path("schools/", schools.school_list, name="schools"),
    path("schools/<slug:slug>/", schools.school_detail, name="school"),
    path("certifications/", certifications.certification_list, name="certifications"),
    path("certifications/<slug:slug>/", certifications.certification_detail, name="certification"),
    path("careers/", careers.career_list, name="careers"),
    path("careers/<slug:slug>/", careers.career_detail, name="career"),
    path("occupations/<slug:code>/", occupations.occupation_detail, name="occupation"),
    path("guides/", guides.guide_list, name="guides"),
    path("guides/<slug:slug>/", guides.guide_detail, name="guide"),
    path("compare/", comparison.program_compare, name="compare"),
    path("place/", place.place_set, name="place"),
]
