"""The author's own pages of a posting, opened by a signed link."""
