"""Senders against servers of their own on the loopback, and the recorded contracts of SMS and WeCom."""
