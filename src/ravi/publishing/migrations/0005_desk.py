"""The desk steps to what is of today: blocked copies, messages that were submitted lately, what was told last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_approver_serves")]
    operations = [
        migrations.AddIndex(
            "copy",
            models.Index(condition=~models.Q(problems=[]), fields=["post", "revision"], name="copy_blocked"),
        ),
        migrations.AddIndex("post", models.Index(fields=["institution", "submitted_at"], name="post_submitted")),
        migrations.AddIndex("trouble", models.Index(fields=["institution", "told_at"], name="trouble_told_at")),
    ]
