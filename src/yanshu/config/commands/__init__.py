"""The subjects of the command line; ``config.cli`` puts them together."""
