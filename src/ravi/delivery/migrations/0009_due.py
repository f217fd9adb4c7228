"""What is due and cannot say why it waits is found among millions that are due later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0008_going")]
    operations = [
        migrations.AddIndex(
            "delivery", models.Index(condition=models.Q(("stage", "open")), fields=["due_at"], name="delivery_due")
        ),
    ]
