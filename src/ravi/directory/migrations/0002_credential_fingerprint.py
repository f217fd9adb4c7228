"""Two channels with one bot share its pace at the platform."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.AddField("credential", "fingerprint", models.CharField(default="", max_length=64)),
    ]
