"""Chapter 03's gunicorn.conf.py, less what gives each client its turn.

Runs in the chapter's folder.
"""

from runpy import run_path

globals().update(run_path("gunicorn.conf.py"))
del globals()["post_request"]
