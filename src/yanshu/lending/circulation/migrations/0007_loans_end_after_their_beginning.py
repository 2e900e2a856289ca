"""A loan ends after its beginning.

A return told late by a machine could close a loan made after it. Such a loan now ends when it began; its
lines in the ledger stay as they are, and ``yanshu doctor`` names it (circulation.loan-order).
"""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def end_at_the_beginning(apps: Any, _editor: Any) -> None:
    """Let no loan end before it began."""
    loans = apps.get_model("circulation", "Loan").objects
    loans.filter(closed_at__lt=F("opened_at")).update(closed_at=F("opened_at"))


class Migration(migrations.Migration):
    """Mend the rows, then let the database refuse such a one."""

    dependencies = [("circulation", "0006_lookups_past_empty_keys")]

    operations = [
        migrations.RunPython(end_at_the_beginning, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="loan",
            constraint=models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="circulation_loan_ends_after_its_beginning",
            ),
        ),
    ]
