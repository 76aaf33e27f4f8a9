"""Use cases around organisations, needs and offers: drafts, publication, lists, places, coach."""
