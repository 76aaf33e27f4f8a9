"""Entry point of the server and of the command line: ``flask --app wsgi`` and ``gunicorn wsgi:app``."""

import gc

# What is imported and built here stays until the process ends: looking for garbage in it, again and again while it
# grows, is a good part of the time that a process takes to start.
gc.disable()

from web import create_app  # noqa: E402 - after the line above

app = create_app()
gc.freeze()  # collections look only at what comes later
gc.enable()
