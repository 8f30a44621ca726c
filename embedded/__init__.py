"""The one-machine default: PostgreSQL and Valkey from wheels, started and stopped by us.

It owns the processes and files of one *instance*, which is one folder (`LOCAL_DIR`), and hands the addresses
over in `LOCAL_DIR/services.env`. It imports nothing of the service and the service imports nothing of it:
with `DATABASE_URL` and `BROKER_URL` given, nothing here is needed. It never adds a user, never opens a
permission, listens on no TCP port, and stops only processes that it started, by their identity.
"""
