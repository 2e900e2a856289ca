"""The pages of visits, for the desk."""
