"""Loading a demonstration year into an empty database (docs/guide/demonstration.md)."""

from yanshu.demo.loader.load import DatabaseNotEmpty, Loaded, load_demonstration
from yanshu.demo.loader.proof import TargetsMissed

__all__ = ["DatabaseNotEmpty", "Loaded", "TargetsMissed", "load_demonstration"]
