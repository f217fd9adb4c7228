from django.db import migrations, models

from ravi.core.tenancy import tenant
from ravi.text.tokens import token_line


def fill(apps, schema_editor):
    """What is found by the words that were kept so far; the owner too sees one institution at a time."""
    media = apps.get_model("library", "Media")
    for institution_id in apps.get_model("accounts", "Institution").objects.values_list("pk", flat=True):
        with tenant(institution_id):
            for pk, alt_text in media.objects.values_list("pk", "alt_text"):
                media.objects.filter(pk=pk).update(search_key=token_line(alt_text))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_person_managers"),
        ("library", "0002_video_card_rendition"),
    ]

    operations = [
        migrations.AddField(
            model_name="media",
            name="search_key",
            field=models.TextField(default=" "),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
