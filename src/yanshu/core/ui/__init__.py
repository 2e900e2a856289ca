"""The visual language: parts, covers, charts, number and date words, and the look a person has chosen."""
