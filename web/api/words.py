"""Marks sentences of the API's description for translation.

The description itself (``/api/openapi.json``) is in English, the language of its readers' tools; the page
made from it (``/api/docs``) looks every sentence up in the catalog of the reader's language.
"""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  (the name that gettext tools know)
    """``text`` as it is: the extraction of messages finds it here.

    >>> N_("Needs")
    'Needs'
    """
    return text
