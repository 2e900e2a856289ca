"""The process that ``test_kill`` kills: a small library in a data folder of its own, told what to do by name.

Every line on standard output is something the library has acknowledged.
"""

import json
import os
import sys
from datetime import timedelta

TERMINAL, KEY = "machine-1", "the key of machine 1"
ITEMS = 300


def main(act):
    """Set up the library's program on the data folder the environment names, and act."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yanshu.config.settings"
    import django

    django.setup()
    ACTS[act]()


def say(what):
    """Print a line at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def prepare():
    """Make the tables from the models, a reader who may borrow everything, and a machine."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0)
    with transaction.atomic():
        fill()
    say(json.dumps(findings()))


def fill():
    """Write the rows of the library."""
    from world import make_world
    from yanshu.core import stamp
    from yanshu.institution.places.models import Terminal
    from yanshu.institution.places.queries import hash_of_key
    from yanshu.institution.places.terms import TerminalKind

    world = make_world()
    world.policy.loan_limit = ITEMS
    world.policy.save()
    stamp.renew("circulation.policies")
    world.patron()
    record = world.record()
    for _number in range(ITEMS):
        world.item(record)
    Terminal.objects.create(
        branch=world.central,
        kind=TerminalKind.SIP2,
        name="自助借还机",
        login=TERMINAL,
        key_hash=hash_of_key(KEY),
        permissions=["circulation.checkout", "circulation.return"],
        options={"pin_required": False},
    )


def lend():
    """Lend what is on the shelf, take every third copy back, and say each loan and return when it is made."""
    from yanshu.collection.catalogue.models import Item
    from yanshu.core import clock
    from yanshu.core.actor import Actor, Door
    from yanshu.institution.places.models import Branch
    from yanshu.lending.circulation import operations
    from yanshu.readers.patrons.models import Patron

    actor = Actor.system(Door.DESK, branch_id=Branch.objects.get(code="C").pk)
    patron_id = Patron.objects.get().pk
    on_shelf = Item.objects.exclude(loans__closed_at=None, loans__isnull=False).order_by("id")
    for number, item in enumerate(list(on_shelf)):
        now = clock.now()
        lent = operations.checkout(patron_id=patron_id, item_id=item.pk, actor=actor, now=now)
        say(f"lent {lent.loan_id}")
        if number % 3 == 0:
            later = now + timedelta(minutes=1)
            operations.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=later)
            say(f"returned {lent.loan_id}")


def serve():
    """Serve self-service machines on a free port and say which."""
    from yanshu.doors.sip2.adapter import make_server
    from yanshu.doors.sip2.server import run

    run(make_server(host="127.0.0.1", port_number=0, threads=1), ready=say)


def findings():
    """Return what the doctor finds; the rows of ``world`` are no year of a real library."""
    from yanshu.core import doctor

    return [f"{finding.check}: {finding.says}" for finding in doctor.examine()]


def examine():
    """Say what is in the database and what the doctor finds."""
    from yanshu.lending.circulation.models import Loan, LoanEvent

    say(
        json.dumps(
            {
                "lent": list(Loan.objects.order_by("id").values_list("id", flat=True)),
                "returned": list(
                    Loan.objects.filter(closed_at__isnull=False).order_by("id").values_list("id", flat=True)
                ),
                "barcodes": list(Loan.objects.order_by("id").values_list("item__barcode", flat=True)),
                "lines": LoanEvent.objects.count(),
                "findings": findings(),
            }
        )
    )


ACTS = {"prepare": prepare, "lend": lend, "serve": serve, "examine": examine}

if __name__ == "__main__":
    main(sys.argv[1])
