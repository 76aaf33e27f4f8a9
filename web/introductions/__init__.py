"""The answers of one side of a posting: what waits for it, and what it and the others said."""
