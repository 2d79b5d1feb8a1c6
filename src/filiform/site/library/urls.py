"""The addresses of the library. Files come before the page whose address they extend."""

from __future__ import annotations

from django.urls import path

from filiform.site.library.views import downloads, overview, questions, reference, therapies, trials

app_name = "library"
urlpatterns = [
    path("", overview.index, name="index"),
    path("therapies/", therapies.index, name="therapies"),
    path("therapies/<str:therapy>/", therapies.therapy, name="therapy"),
    path("therapies/<str:therapy>/sham/", therapies.sham, name="sham"),
    path(
        "therapies/<str:therapy>/sham/<str:outcome>/<str:window>.svg",
        therapies.sham_plot,
        name="sham_plot",
    ),
    path("question/<path:key>/forest.svg", questions.forest, name="forest"),
    path("question/<path:key>/effects.csv", questions.effects, name="effects"),
    path("question/<path:key>/synthesis.json", questions.as_json, name="synthesis"),
    path("question/<path:key>/", questions.question, name="question"),
    path("trials/", trials.index, name="trials"),
    path("trials/<str:trial_id>/", trials.trial, name="trial"),
    path("harms/", reference.harms, name="harms"),
    path("sources/", reference.sources, name="sources"),
    path("law/", reference.law, name="law"),
    path("law/<str:place>/", reference.law_of, name="law_of"),
    path("costs/", reference.costs, name="costs"),
    path("data/", downloads.index, name="data"),
    path("data/<str:name>", downloads.file, name="file"),
]
