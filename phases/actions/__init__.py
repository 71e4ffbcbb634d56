"""The only writers: one keyword-only function for each thing that can be done.

Each runs in one transaction, asks the permission table, asks the rules, writes, and records what
it did in the ledger. Refusals are the exceptions of `phases.errors`.
"""
