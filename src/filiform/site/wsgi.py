"""The application that the server runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from filiform.site import data

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
data.ensure()
application = get_wsgi_application()
