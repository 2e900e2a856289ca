"""Machines hold no role: what they may do stands with their kind, and grants of the role go."""

from typing import Any

from django.db import migrations, models


def revoke(apps: Any, _editor: Any) -> None:
    apps.get_model("staff", "RoleGrant").objects.filter(role="terminal").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(revoke, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("clerk", "Circulation clerk"),
                    ("cataloguer", "Cataloguer"),
                    ("acquisitions", "Acquisitions librarian"),
                    ("programme_officer", "Programme officer"),
                    ("reference_librarian", "Reference librarian"),
                    ("branch_manager", "Branch manager"),
                    ("finance", "Finance officer"),
                    ("personnel", "Personnel officer"),
                    ("party_secretary", "Party-branch secretary"),
                    ("director", "Director"),
                    ("auditor", "Auditor"),
                    ("operator", "System operator"),
                ],
                max_length=30,
                verbose_name="role",
            ),
        ),
    ]
