"""Version 1 of the API: a file a resource."""
