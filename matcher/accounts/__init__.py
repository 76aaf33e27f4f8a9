"""Accounts: who somebody is, how they prove it, and for which organisations they act. No Flask, no hashing."""
