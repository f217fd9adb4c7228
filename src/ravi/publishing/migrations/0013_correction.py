import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0018_topic"),
        ("publishing", "0012_light"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="copy", name="copy_once"),
        migrations.AddField(
            model_name="copy",
            name="of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.delivery",
            ),
        ),
        migrations.AddField(
            model_name="copy",
            name="way",
            field=models.CharField(db_default="new", default="new", max_length=10),
        ),
        migrations.AddField(
            model_name="post",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="publishing.post",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="replaces",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="copy",
            constraint=models.UniqueConstraint(fields=("post", "revision", "channel", "way"), name="copy_once"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "returned", "submitted"])),
                fields=("corrects",),
                name="correction_open_once",
            ),
        ),
    ]
