"""Entry point of the server and of the command line: ``flask --app wsgi`` and ``gunicorn wsgi:app``."""

from web import create_app

app = create_app()
