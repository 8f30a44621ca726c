"""Signing: who signed what over which account, from when until when, and why it ended."""
