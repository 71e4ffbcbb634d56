"""The Django project: settings, URLs, WSGI and the health page."""
