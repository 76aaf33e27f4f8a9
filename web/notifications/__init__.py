"""Mails in words, the pages that their links lead to, and what an organisation says about how often it wants them."""

from web.notifications import mailbox, outbox, views
from web.notifications.blueprint import bp

__all__ = ["bp", "mailbox", "outbox", "views"]
