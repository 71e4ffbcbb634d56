"""Pages (GET) and verbs (POST): thin, over lookups, snapshot, rules and actions."""
