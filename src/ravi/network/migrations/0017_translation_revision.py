"""An answer in another language says which words of the translation it took: a repaired translation is another text."""

from django.db import migrations, models

# Which words an answer of before took is known by time alone: those that were kept last before it.
FILL = """
alter table network_adoption no force row level security, disable trigger guard;
alter table network_translation no force row level security;
update network_adoption a set translation_revision = case when a.at >= t.at then t.revision else t.revision - 1 end
from network_translation t where t.id = a.translation_id;
alter table network_translation force row level security;
alter table network_adoption force row level security, enable trigger guard;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0016_told")]
    operations = [
        migrations.AddField("adoption", "translation_revision", models.PositiveIntegerField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "adoption",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("translation__isnull", True), ("translation_revision", None)),
                    models.Q(("translation__isnull", False), ("translation_revision__isnull", False)),
                    _connector="OR",
                ),
                name="adoption_of_words_as_they_were",
            ),
        ),
    ]
