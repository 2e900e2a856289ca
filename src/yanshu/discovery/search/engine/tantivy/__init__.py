"""The search backend on tantivy."""

from yanshu.discovery.search.engine.tantivy.backend import IndexBuild, TantivyBackend

__all__ = ["IndexBuild", "TantivyBackend"]
