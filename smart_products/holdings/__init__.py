"""Feeds, deliveries and fact files: what came in each night, and what stands of it.

Owns the strict reading of a delivery folder, the deliveries with their order, and the
immutable fact files of a day. Never computes a figure and never ends a subscription that
was signed here.
"""
