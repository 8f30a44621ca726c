"""The generated broker: feeds from a seed, with planted truths beside them.

Owns the simulation of clients, subscriptions and holdings, and the figures that were
planted or came out. Imports nothing of the service, so that its figures are a second,
independent computation. Never reads a clock, a database or the network.
"""
