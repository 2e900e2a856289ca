"""The catalogue's writes; other apps and doors import them from here."""

from yanshu.collection.catalogue.operations.placing import move_item, place_item

__all__ = ["move_item", "place_item"]
