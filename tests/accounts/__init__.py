"""Tests of accounts, on a real PostgreSQL."""
