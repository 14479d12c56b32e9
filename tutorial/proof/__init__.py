"""Proof that the pages are true: each is run, compared and, after an edit, brought up to date."""
