"""Scenario files: their types, loading and checks."""
