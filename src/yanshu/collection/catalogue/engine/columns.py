"""The columns of a record, read by the rules of its dialect."""

from yanshu.collection.catalogue.engine import cnmarc, marc21
from yanshu.collection.catalogue.engine.bibliographic import AccessPoints, Columns, Form
from yanshu.collection.catalogue.engine.dialect import Dialect, dialect_of
from yanshu.collection.catalogue.engine.record import MarcRecord

__all__ = ["AccessPoints", "Columns", "Form", "access_points", "parse"]


def parse(record: MarcRecord, dialect: Dialect | None = None) -> Columns:
    """Return the columns of a record.

    Args:
        dialect: overrides what the record itself looks like.
    """
    spoken = dialect if dialect is not None else dialect_of(record)
    return cnmarc.columns(record) if spoken is Dialect.CNMARC else marc21.columns(record)


def access_points(record: MarcRecord, dialect: Dialect) -> AccessPoints:
    """Return what a record is found by, without the rest of its columns."""
    return cnmarc.access_points(record) if dialect is Dialect.CNMARC else marc21.access_points(record)
