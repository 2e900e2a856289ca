"""The columns of a record, read by the rules of its dialect."""

from yanshu.collection.catalogue.engine import cnmarc, marc21
from yanshu.collection.catalogue.engine.bibliographic import Columns, Form
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.record import MarcRecord

__all__ = ["Columns", "Form", "parse"]


def parse(record: MarcRecord, dialect: Dialect | None = None) -> Columns:
    """Return the columns of a record.

    Args:
        dialect: overrides what the record itself looks like.
    """
    spoken = dialect if dialect is not None else dialect_of(record)
    return cnmarc.columns(record) if spoken is Dialect.CNMARC else marc21.columns(record)
