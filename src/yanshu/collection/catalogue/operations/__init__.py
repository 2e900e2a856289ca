"""The catalogue's writes; other apps and doors import them from here."""

from yanshu.collection.catalogue.operations.batches import (
    proofread_records,
    release_records,
    send_back_records,
)
from yanshu.collection.catalogue.operations.classes import load_classes
from yanshu.collection.catalogue.operations.items import (
    add_items,
    change_item,
    set_category,
    shelve_item,
)
from yanshu.collection.catalogue.operations.loading import load_records
from yanshu.collection.catalogue.operations.loading_items import load_items
from yanshu.collection.catalogue.operations.placing import (
    move_item,
    place_item,
    place_items,
    relocate_items,
)
from yanshu.collection.catalogue.operations.records import (
    proofread,
    release,
    restore_version,
    save_record,
    send_back,
)

__all__ = [
    "add_items",
    "change_item",
    "load_classes",
    "load_items",
    "load_records",
    "move_item",
    "place_item",
    "place_items",
    "proofread",
    "proofread_records",
    "release",
    "release_records",
    "relocate_items",
    "restore_version",
    "save_record",
    "send_back",
    "send_back_records",
    "set_category",
    "shelve_item",
]
