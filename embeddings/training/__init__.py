"""The recipe of the French-English encoder: corpus, readers, vocabulary, distillation, contrast, export.

Development only: the service never imports it. ``python -m embeddings.training --help`` runs it; the
libraries that it needs beyond the service's are in ``requirements-training.txt``.
"""
