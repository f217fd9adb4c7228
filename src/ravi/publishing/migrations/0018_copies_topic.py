"""Copies that were ordered before they said what they are about: a pause of their topic holds them too."""

from django.db import migrations

# Row-level security shows the owner no institution's rows. What was published is in no line and stays as it was; removals
# are of no topic, so that no pause holds them.
FILL = """
alter table publishing_post no force row level security;
alter table delivery_delivery no force row level security;
update delivery_delivery d set topic = p.topic from publishing_post p
where p.id = d.post_id and d.topic = '' and d.stage <> 'sent' and d.action in ('publish', 'edit');
alter table delivery_delivery force row level security;
alter table publishing_post force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0017_emergency"), ("delivery", "0018_topic")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
