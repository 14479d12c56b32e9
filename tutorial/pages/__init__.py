"""A chapter's page as a program: its text, read into steps and blocks. Nothing is run here."""
