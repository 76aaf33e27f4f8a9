"""From a proposal to its outcome: what two sides say to each other, and what they agreed to show.

``states`` decides, without any database; the other modules load, ask it, and write.
"""
