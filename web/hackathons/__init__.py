"""Hackathons as anybody sees them: the list, one event, and the page on which one is created."""
