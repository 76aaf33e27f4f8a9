"""Hackathon teams: generated problems, thirty fixed ones, and a run of every solver on them."""
