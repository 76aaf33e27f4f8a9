"""Registrations from the files of ticket offices, form builders and spreadsheets.

A file goes through: :mod:`~matcher.exchange.readers` (a table of texts), :mod:`~.sources` (who wrote it),
:mod:`~.columns` (what each column is), :mod:`~.people` (who each row is about), :mod:`~.planning` (what it would
change) and :mod:`~.applying`.
"""
