"""Benchmarks: every figure beside its limit or its peer, measured in the same run.

Owns `make bench`. Nothing of the service imports it, and it changes nothing of the instance in LOCAL_DIR.
"""
