"""Tests of the tasks face: commands, jobs and the inbox."""
