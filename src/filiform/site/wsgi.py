"""The application that the server runs, with every synthesis made before anyone waits for one."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from filiform.review import published
from filiform.site import data
from filiform.site.library.syntheses import uses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
data.ensure()
application = get_wsgi_application()
# Before there are threads: two that import the pages at once may find one of them half made.
import_module(settings.ROOT_URLCONF)
uses(published())
