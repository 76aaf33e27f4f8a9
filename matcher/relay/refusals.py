"""Why a mail is not passed on."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Each is one sentence to the sender, or silence where an answer would serve machines and forgers alone."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    AUTOMATIC = "automatic"  # holiday notes, lists, newsletters
    LOOP = "loop"  # a mail of this site came back
    UNKNOWN_ADDRESS = "unknown_address"  # no thread has it, or its signature is wrong
    NOT_AUTHENTIC = "not_authentic"  # the mail server says that the sender is forged
    OTHER_SENDER = "other_sender"  # a known thread, and an address that is not known for its side
    OVER = "over"  # the thread takes no more messages
    TOO_MANY = "too_many"  # in one hour
    EMPTY = "empty"  # nothing of one's own in it, files alone included
    TOO_LONG = "too_long"


class MailRefused(Exception):
    """A mail that is not passed on, and why. Holds nothing of the mail."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
