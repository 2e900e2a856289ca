"""The process that ``test_kill_import`` kills: a worker of imports on a data folder of its own."""

import json
import sys

from scenarios import killed_library
from scenarios.killed_library import findings, say

ROWS = 6_000
HEADING = "读者证号,姓名,读者类型,所属馆代码,办证日期\n"
BAD = range(7, ROWS, 1_000)


def row(number):
    """Return a line of the file; every thousandth names a category that is not there."""
    category = "没有这类" if number in BAD else "adult"
    return f"K{number:06d},读者{number},{category},C,2016-03-12\n"


def order():
    """Hand in the readers' file, to be loaded without a trial."""
    from django.core.files.base import ContentFile

    from yanshu.core import clock, importing
    from yanshu.core.actor import Actor, Door

    upload = ContentFile((HEADING + "".join(map(row, range(ROWS)))).encode(), name="readers.csv")
    actor = Actor.system(Door.DESK)
    say(importing.order("patrons", upload, actor=actor, now=clock.now(), is_trial=False).pk)


def carry():
    """Carry what waits, and say before each batch which row the run has reached."""
    from yanshu.core.actor import Actor, Door
    from yanshu.core.importing import ImportRun, worker

    def told():
        say(ImportRun.objects.values_list("position", flat=True).get())
        return False

    worker.carry_next(lambda _run: Actor.system(Door.DESK), told)


def examine():
    """Say how the run stands, which readers there are, and what the doctor finds."""
    from yanshu.core.importing import ImportRun
    from yanshu.readers.patrons.models import Card, Patron

    run = ImportRun.objects.get()
    say(
        json.dumps(
            {
                "state": run.state,
                "position": run.position,
                "sums": [run.read_count, run.created_count, run.unchanged_count, run.rejected_count],
                "rejected": list(run.remarks.values_list("row", flat=True)),
                "patrons": Patron.objects.filter(name__startswith="读者").count(),
                "cards": Card.objects.filter(number__startswith="K").count(),
                "findings": findings(),
            }
        )
    )


if __name__ == "__main__":
    killed_library.ACTS |= {"order": order, "carry": carry, "examine": examine}
    killed_library.main(sys.argv[1])
