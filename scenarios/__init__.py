"""The library of scenarios: data only."""
