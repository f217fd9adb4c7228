"""Tells Django's record of the models which manager a person has; no SQL. test_schema.py would ask for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_erased")]
    operations = [migrations.AlterModelManagers("person", [("signed_in", models.Manager())])]
