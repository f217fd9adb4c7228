"""The last findings of a channel's limits stand on its row, where texts are measured."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_finding")]
    operations = [migrations.AddField("channel", "found_limits", models.JSONField(null=True))]
