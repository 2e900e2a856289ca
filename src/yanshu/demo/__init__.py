"""The demonstration year: a whole year of a library's work, invented from a seed and a scenario."""
