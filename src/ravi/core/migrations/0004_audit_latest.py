"""The latest link about a kind of thing is one step into an index, however long the chain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_pulse")]
    operations = [
        migrations.AddIndex(
            "auditentry", models.Index(fields=["institution", "subject_type", "seq"], name="audit_latest")
        ),
    ]
