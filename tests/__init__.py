"""The tests: they mirror the source, use real rows and a real PostgreSQL, and block the network."""
