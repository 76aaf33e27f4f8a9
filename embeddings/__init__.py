"""Text to vectors to neighbours. No word of the domain, no Flask, no SQL."""
