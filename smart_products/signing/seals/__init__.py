"""Seals: what shows that a paper is ours and untouched, and since when it exists.

`sealing.Sealer` seals and stamps, `verifying.examine` judges a PDF, `detached.check` a seal that stands beside its
file. `trust.Anchors` says whose certificates count for what. Nothing here reads a table, a setting or the
clock, but for `configured.py`, which reads settings, and on what two people agreed.
"""
