"""The WSGI application: web server processes start here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yanshu.config.settings")
application = get_wsgi_application()
