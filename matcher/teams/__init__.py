"""Hackathon teams: the problem, what an assignment costs, what no assignment can avoid, and why none fits."""
