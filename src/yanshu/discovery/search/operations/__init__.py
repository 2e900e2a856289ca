"""Keeping the index: the only writer of its folder. No table is written here, so no line is journalled."""

from yanshu.discovery.search.operations.following import Indexer, follow, rebuild

__all__ = ["Indexer", "follow", "rebuild"]
