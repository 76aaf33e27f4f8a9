"""A year of a territory in minutes: invented organisations that behave as people do, on the real use cases.

Organisations, postings and what people do are drawn from a seed; everything else is the service itself with the
clock passed in: publishing, matching, answering, planning and sending mails, expiry, the animator's basket.
:mod:`~matcher.simulation.ledger` watches every mail by rules of its own. All shares and delays are chosen, not
measured: they are there to make things happen together that are rare in a week of real life.
"""
