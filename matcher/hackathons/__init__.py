"""Hackathons: events and their challenges, registrations, teams and results."""
