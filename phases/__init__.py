"""The one application: packets, ledger, rules and pages of phase execution."""
