"""Accounts: signing up and in, one's own pages, colleagues, roles. Flask-Login keeps sessions."""
