"""When a unit's people heard of an offer; of those that stand already they have."""

from django.db import migrations, models

from ravi.core.tenancy import tenant


def heard(apps, schema_editor):
    """The owner too sees one institution at a time."""
    for institution_id in apps.get_model("accounts", "Institution").objects.values_list("pk", flat=True):
        with tenant(institution_id):
            apps.get_model("network", "Offer").objects.update(told_at=models.F("offered_at"))


class Migration(migrations.Migration):
    dependencies = [("network", "0015_shared_yes")]

    operations = [
        migrations.AddField(model_name="offer", name="told_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(heard, migrations.RunPython.noop),
    ]
