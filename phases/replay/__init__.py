"""The state of a phase as of any moment, from the plan revision and the ledger of that moment."""

from .past import Past, Replay, Standing, states_at

__all__ = ["Past", "Replay", "Standing", "states_at"]
