"""Tests of signing, on a real PostgreSQL."""
