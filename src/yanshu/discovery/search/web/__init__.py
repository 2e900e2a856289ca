"""What readers see of searching."""
