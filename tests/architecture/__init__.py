"""The habits of the house, each checked by a machine."""
