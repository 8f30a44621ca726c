"""People and organisation: users, roles, units, clients, asset accounts."""
