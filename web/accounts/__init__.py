"""Accounts: signing up and in, one's own pages, colleagues, roles. Flask-Security keeps sessions and passwords."""
