"""The addresses of the programming interface."""

from __future__ import annotations

from django.urls import URLPattern, path

from filiform.site.api import faults
from filiform.site.api.endpoints import api

app_name = "api"

_OWN = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
_NO_ADDRESS = faults.no_such_address([f"/api/{each.pattern}" for each in _OWN])

urlpatterns = [
    *(path(str(own.pattern), faults.telling(own.callback), name=own.name) for own in _OWN),
    path("", _NO_ADDRESS, name="api-root"),
    path("<path:rest>", _NO_ADDRESS),
]
