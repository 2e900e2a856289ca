"""The pages of places: for the desk, and for readers."""
