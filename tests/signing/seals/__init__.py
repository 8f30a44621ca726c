"""Tests of seals: keys from files and tokens, stamps that fail, and every kind of tampering we know."""
