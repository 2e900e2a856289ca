"""What can be loaded into the catalogue: records, copies, classes of the classification."""

from yanshu.collection.catalogue.imports.classes import Classes
from yanshu.collection.catalogue.imports.items import Items
from yanshu.collection.catalogue.imports.records import Records

__all__ = ["Classes", "Items", "Records"]
