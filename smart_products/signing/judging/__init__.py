"""Judging what strangers show us, apart from everything else."""
