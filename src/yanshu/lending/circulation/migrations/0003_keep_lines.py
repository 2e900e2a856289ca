"""The database refuses to remove a line of the ledger, too (core.ledger)."""

from django.db import migrations

from yanshu.core.ledger import guard


class Migration(migrations.Migration):
    """Put the guard on the table anew."""

    dependencies = [("circulation", "0002_append_only")]

    operations = [guard("circulation_loanevent")]
