"""The addresses of the programming interface."""

from __future__ import annotations

from filiform.site.api.endpoints import api

app_name = "api"
urlpatterns = api.urls[0]
