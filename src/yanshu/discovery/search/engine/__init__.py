"""The search engine: pure computation on text and an index folder, without Django and without a database."""
