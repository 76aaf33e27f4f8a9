"""What the packages around this one catch, without numpy and without a model."""

from __future__ import annotations


class StoreNotWritable(Exception):
    """The index cannot be written to disk; the message says where and why. Searching goes on from memory."""
