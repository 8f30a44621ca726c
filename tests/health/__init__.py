"""How the service tells how it stands."""
