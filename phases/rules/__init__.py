"""Given a snapshot of a phase: what may happen and what is missing. Pure; no database, no HTTP."""
