"""What ``yanshu doctor`` asks of the search index."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from yanshu.core.doctor import check
from yanshu.discovery.search import queries

LAG = timedelta(minutes=5)
"""The changes that may wait span less than this; a shorter stop is taken up at the indexer's next start."""


@check("search.index", _("The search index is in step with the catalogue and with lending"))
def index_in_step() -> Iterator[str]:
    """Find an index that is missing, behind, or different though nothing waits."""
    standing = queries.status()
    if standing.health is None:
        if standing.released_records:
            yield f"no index: {standing.missing}; yanshu index rebuild makes one"
        return
    if standing.waiting_span > LAG:
        yield f"changes of {standing.waiting_span} wait for {standing.waiting} records; does the indexer run?"
    for block in sorted(queries.silent_drift()):
        first = block * queries.RANGE
        yield f"records {first} to {first + queries.RANGE - 1}: the index differs from the database"
