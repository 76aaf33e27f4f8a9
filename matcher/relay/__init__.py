"""Mails that two sides write to each other without seeing each other's address.

:mod:`~matcher.relay.parsing` reads what a mail server hands over and decides nothing about people;
:mod:`~matcher.relay.receiving` finds the thread and the sender, and stores the message once.
"""
