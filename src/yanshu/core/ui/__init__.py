"""The visual language: parts, covers, charts, number and date words, and the presentation a person has chosen."""
