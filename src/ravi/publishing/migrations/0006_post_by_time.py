"""The newest messages of all units are read from an index, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_desk")]
    operations = [
        migrations.AddIndex("post", models.Index(fields=["institution", "-edited_at", "-id"], name="post_by_time")),
    ]
