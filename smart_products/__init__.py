"""The domain: one Django app per room, in floors; imports only go down."""
