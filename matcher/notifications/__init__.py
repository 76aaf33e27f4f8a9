"""Mails about pairs: what is worth telling, to whom, when, and what stops it.

Every mail is derived from stored state (proposals, introductions, questions, messages) and written under a key that
says why, so that running the planner twice changes nothing. The clock is always passed in.
"""
