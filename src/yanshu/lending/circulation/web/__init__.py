"""The pages of lending: the circulation desk and its lists, and what readers do for themselves."""
