"""Strict reading of a delivery folder: manifest, bytes, rows and their references.

Owns every rule that a feed can break, and names each breach by file, line, column, rule
and value. Reads into tables of a DuckDB connection the caller gives. Never touches the
database, the clock or a file outside the delivery and its scratch folder.
"""
