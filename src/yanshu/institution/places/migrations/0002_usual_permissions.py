"""Terminals that were given what was usual for their kind follow the table of today from now on."""

from typing import Any

from django.db import migrations

LENDING = {
    "circulation.checkout",
    "circulation.return",
    "circulation.renew",
    "circulation.place_hold",
    "circulation.cancel_hold",
}
ONCE_USUAL = {
    "sip2": (LENDING, LENDING | {"circulation.undo"}),
    "kiosk": (LENDING, LENDING | {"circulation.undo"}),
    "gate": ({"visits.record"},),
}


def follow(apps: Any, _editor: Any) -> None:
    for terminal in apps.get_model("places", "Terminal").objects.filter(kind__in=ONCE_USUAL):
        if set(terminal.permissions) in ONCE_USUAL[terminal.kind]:
            terminal.permissions = []
            terminal.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
