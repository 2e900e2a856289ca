"""Pages of the desk that span wings."""
