"""The catalogue's writes; other apps and doors import them from here."""

from yanshu.collection.catalogue.operations.items import (
    add_items,
    change_item,
    set_category,
    shelve_item,
)
from yanshu.collection.catalogue.operations.loading import load_records
from yanshu.collection.catalogue.operations.placing import move_item, place_item
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
    "load_records",
    "move_item",
    "place_item",
    "proofread",
    "release",
    "restore_version",
    "save_record",
    "send_back",
    "set_category",
    "shelve_item",
]
