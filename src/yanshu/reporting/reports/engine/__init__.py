"""The outline of a report: reading it, without counting anything."""
