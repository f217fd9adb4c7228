"""Which copies a stop order covers, for the database: the one spelling of `rules.covers` in SQL.

`d` is a copy, `s` a stop order. test_scopes.py holds rule and SQL together.
"""

COVERS = """
(d.action <> 'delete' or s.removals_too)
and (s.scope = 'all' or (s.institution_id = d.institution_id and (
    s.scope = 'institution'
    or (s.scope = 'unit' and s.key = d.unit_id::text)
    or (s.scope = 'campaign' and s.key = d.campaign_id::text)
    or (s.scope = 'platform' and s.key = d.platform)
    or (s.scope = 'channel' and s.key = d.channel_id::text)
    or (s.scope = 'topic' and s.key = d.topic and d.topic <> ''))))
"""
# Some stop in force covers the copy.
STOPPED = f"""
exists (select 1 from delivery_stoporder s where s.lifted_at is null and {COVERS})
"""  # noqa: S608 -- built from constants
# The one stop `%(stop)s` covers it, in force or lifted.
COVERED_BY_ONE = f"""
exists (select 1 from delivery_stoporder s where s.id = %(stop)s and {COVERS})
"""  # noqa: S608 -- built from constants
