"""Look-up of places."""
