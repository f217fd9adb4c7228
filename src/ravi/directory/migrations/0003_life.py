"""A credential's life: until when it holds, when it is renewed and looked at, and what the last look found."""

from django.db import migrations, models

# Each at its own place within the first six hours (directory/life.py); the owner passes the wall for this one statement.
FIRST = """
alter table directory_credential no force row level security;
update directory_credential set probe_at = now() + ((channel_id * 0.6180339887498949) % 1) * interval '6 hours';
alter table directory_credential force row level security;
"""
OUTCOMES = [
    ("verified", "The platform knows this account and accepts the credential."),
    ("other_account", "The credential is valid, but belongs to another account."),
    ("refused", "The platform does not accept this credential. Set a new one."),
    ("not_reached", "The platform did not answer. The credential may be right; try again."),
    ("not_allowed", "The platform knows the account, but does not let it publish here. Look at its rights there."),
    ("no_credential", "There is no credential that the engine can open. Set one."),
    ("not_possible", "This platform offers no way to check without publishing."),
]


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_credential_fingerprint")]
    operations = [
        migrations.AddField("credential", "expires_at", models.DateTimeField(null=True)),
        migrations.AddField("credential", "renewed_at", models.DateTimeField(null=True)),
        migrations.AddField("credential", "renew_at", models.DateTimeField(null=True)),
        migrations.AddField("credential", "renew_failures", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("credential", "renew_refused_at", models.DateTimeField(null=True)),
        migrations.AddField("credential", "probe_at", models.DateTimeField(null=True)),
        migrations.AddField("credential", "checked_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "credential", "outcome", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
        migrations.AddField(
            "credential", "detail", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        migrations.AddField("credential", "failures", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AlterField("errand", "outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=20)),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.AddIndex(
            "credential",
            models.Index(condition=models.Q(("probe_at__isnull", False)), fields=["probe_at"], name="credential_probe"),
        ),
        migrations.AddIndex(
            "credential",
            models.Index(condition=models.Q(("renew_at__isnull", False)), fields=["renew_at"], name="credential_renew"),
        ),
    ]
