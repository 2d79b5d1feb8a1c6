"""The application that the server runs, with every synthesis made before anyone waits for one."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from filiform.review import published
from filiform.site import data
from filiform.site.library.syntheses import uses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
data.ensure()
application = get_wsgi_application()
uses(published())
