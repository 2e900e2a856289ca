"""The database itself refuses to change a line of the ledger (core.ledger)."""

from django.db import migrations

from yanshu.core.ledger import guard


class Migration(migrations.Migration):
    """Put the guard on the table."""

    dependencies = [("catalogue", "0001_initial")]

    operations = [guard("catalogue_itemevent")]
