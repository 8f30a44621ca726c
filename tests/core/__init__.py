"""Tests of core, on a real PostgreSQL."""
