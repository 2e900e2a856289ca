"""Reading the packs of public holidays."""
