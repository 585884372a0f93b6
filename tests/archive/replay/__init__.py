"""Tests of archive/replay."""
