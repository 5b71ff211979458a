"""The verbs: pure functions from arrays to arrays, each citing its source."""
