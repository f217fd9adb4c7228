"""One waiting copy as a claim sees it, with whatever a test wants different."""

from typing import Any

from ravi.delivery.engine import values as v

NOW = 1_790_000_000.0
POLICY = v.Policy()


def head(number: int = 1, **wanted: Any) -> v.Head:
    plain: dict[str, Any] = {
        "id": number,
        "institution_id": 1,
        "unit_id": 7,
        "campaign_id": None,
        "topic": "",
        "platform": "telegram",
        "adapter": "sandbox",
        "route": "direct",
        "channel_id": number,
        "target": "t",
        "bucket_key": f"channel:{number}",
        "lane": 2,
        "post_id": 1,
        "action": "publish",
        "payload": "{}",
        "content_hash": "a",
        "approved_hash": "a",
        "due_at": NOW,
        "not_before": 0.0,
        "valid_until": None,
        "lateness_limit_s": 7200.0,
        "miss_at": NOW + 7200,
        "attempt": 0,
        "sent_maybe": False,
        "key": f"key-{number}",
        "key_good_until": None,
        "key_scope": "",
        "first_called_at": None,
        "about_state": "",
        "about_remote_id": "",
        "reply_state": "",
        "reply_remote_id": "",
        "blocked_until": 0.0,
        "channel_open": True,
    }
    return v.Head(**(plain | wanted))


def lineup(*heads: v.Head, **wanted: Any) -> v.Lineup:
    plain: dict[str, Any] = {
        "channel_id": heads[0].channel_id,
        "next_at": 0.0,
        "gap_s": 3.0,
        "rate_per_s": 100.0,
        "burst": 100,
        "hold_code": "",
        "heads": heads,
    }
    return v.Lineup(**(plain | wanted))


def picture(*lineups: v.Lineup, **wanted: Any) -> v.Picture:
    plain: dict[str, Any] = {"lineups": lineups, "stops": (), "buckets": {}, "breakers": {}}
    return v.Picture(**(plain | wanted))


def ticket(**wanted: Any) -> v.Ticket:
    return v.Ticket(head(**wanted), "one", wanted.get("attempt", 0) + 1, NOW, NOW + 60, 3.0)
