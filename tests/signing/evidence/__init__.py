"""Tests of evidence: packs that are judged from themselves alone, and the chain that links them."""
