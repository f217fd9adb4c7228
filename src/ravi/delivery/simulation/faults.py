"""What goes wrong and how often. Chances are per call or per transaction, paces are means in simulated seconds."""

from dataclasses import dataclass

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Faults:
    """One run's misfortunes."""

    # A call, as the network and the platform answer it.
    refused: float = 0.01
    lost_before: float = 0.002
    lost_after: float = 0.004
    error_before: float = 0.004
    error_after: float = 0.004
    slow: float = 0.01
    heavy: float = 0.01
    changed_elsewhere: float = 0.01
    limited: float = 0.005
    limited_long: float = 0.0005
    rejected: float = 0.003
    rejected_again: float = 0.05
    cannot_tell: float = 0.05
    # A transaction.
    commit_fails: float = 0.002
    commit_unheard: float = 0.002
    unkept: float = 0.0  # an outcome that the database cannot hold, ever
    # The process, at any await: so many steps of engines lie between two strikes, one in five of which is a pause.
    # None between them: every place of the engine's code is struck alike, however seldom it is reached.
    struck_every_steps: float = 30_000.0
    killed_in_transaction: float = 0.0002
    killed_in_call: float = 0.0002
    held_in_transaction: float = 0.0002
    killed_every_s: float = 40.0
    ended_every_s: float = 120.0
    held_every_s: float = 60.0
    held_s: float = 150.0
    ahead_every_s: float = 300.0
    ahead_least_s: float = 0.1
    ahead_most_s: float = 50.0  # several times together too; docs/simulation.md says what lies beyond
    behind_every_s: float = NEVER  # an engine alone on a wrong clock cannot know it: docs/simulation.md
    # The house around it.
    database_away_every_s: float = 300.0
    platform_away_every_s: float = 400.0
    platform_away_s: float = 40.0
    stop_every_s: float = 60.0
    stop_short: float = 0.4
    credential_ends_every_s: float = 30.0
    renewed_every_s: float = 30.0
    # What people order.
    changed: float = 0.03
    cancelled: float = 0.005
    expires: float = 0.03
    unapproved: float = 0.002
    urgent: float = 0.02
    answering: float = 0.02
    pinned: float = 0.01


CALM = Faults(
    **dict.fromkeys(
        ("refused", "lost_before", "lost_after", "error_before", "error_after", "slow", "heavy", "changed_elsewhere", "limited",
         "limited_long", "rejected", "rejected_again", "cannot_tell", "commit_fails", "commit_unheard",
         "killed_in_transaction", "killed_in_call", "held_in_transaction", "changed", "cancelled", "expires",
         "unapproved", "urgent", "answering", "pinned"), 0.0),
    **dict.fromkeys(
        ("struck_every_steps", "killed_every_s", "ended_every_s", "held_every_s", "ahead_every_s", "behind_every_s",
         "database_away_every_s", "platform_away_every_s", "stop_every_s", "credential_ends_every_s",
         "renewed_every_s"), NEVER),
)  # fmt: skip

# What has to have happened at least once in the seeds that CI plays, by the names under which a run counts it.
KINDS = (
    "kills", "pauses", "pauses past the lease", "ended in order", "struck at an await",
    "commits failed", "commits unheard", "database restarts", "database away",
    "refused connections", "lost before the effect", "lost after the effect", "slow answers",
    "films on slow lines",
    "5xx without effect", "5xx with effect", "429 of no seconds", "429 of some seconds", "429 of minutes",
    "refused for good", "refused after an unclear attempt", "could not tell", "outages",
    "credentials ended", "credentials refused", "credentials renewed between attempts",
    "keys that held", "records changed elsewhere",
    "clocks ahead", "clocks behind that waited",
    "stops of all", "stops of institution", "stops of unit", "stops of campaign", "stops of platform",
    "stops of channel", "stops of topic", "stops that end removals too", "held copies released", "held copies dropped",
    "edits", "removals", "pins", "answers to our own", "cancellations",
    "copies that expired", "words that nobody approved", "answered by people", "left by people",
)  # fmt: skip
