"""Every address. Health data never stands in one."""

from __future__ import annotations

from django.urls import include, path

from filiform.site import views
from filiform.site.library.views import overview

handler500 = "filiform.site.trouble.page"
urlpatterns = [
    path("", include("filiform.site.guide.urls")),
    path("library/", include("filiform.site.library.urls")),
    path("practice/", include("filiform.site.practice.urls")),
    path("account/", include("filiform.site.accounts.urls")),
    path("api/", include("filiform.site.api.urls")),
    path("methods/", overview.how, name="methods"),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("healthz", views.healthz, name="healthz"),
]
