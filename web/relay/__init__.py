"""Mail between two sides as the outside sees it: addresses, headers, and what the relay answers."""
