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
    limited: float = 0.005
    limited_long: float = 0.0005
    rejected: float = 0.003
    rejected_again: float = 0.05
    cannot_tell: float = 0.05
    # A transaction.
    commit_fails: float = 0.002
    commit_unheard: float = 0.002
    # The process, at any await.
    killed_in_transaction: float = 0.0002
    killed_in_call: float = 0.0002
    held_in_transaction: float = 0.0002
    killed_every_s: float = 40.0
    held_every_s: float = 60.0
    held_s: float = 150.0
    ahead_every_s: float = 300.0
    # The house around it.
    database_away_every_s: float = 300.0
    platform_away_every_s: float = 400.0
    platform_away_s: float = 40.0
    stop_every_s: float = 60.0
    stop_short: float = 0.4
    credential_ends_every_s: float = 30.0
    # What people order.
    changed: float = 0.03
    cancelled: float = 0.005
    expires: float = 0.03
    unapproved: float = 0.002
    urgent: float = 0.02


CALM = Faults(
    **dict.fromkeys(
        ("refused", "lost_before", "lost_after", "error_before", "error_after", "limited", "limited_long", "rejected",
         "rejected_again", "cannot_tell", "commit_fails", "commit_unheard", "killed_in_transaction", "killed_in_call",
         "held_in_transaction", "changed", "cancelled", "expires", "unapproved", "urgent"), 0.0),
    **dict.fromkeys(
        ("killed_every_s", "held_every_s", "ahead_every_s", "database_away_every_s", "platform_away_every_s",
         "stop_every_s", "credential_ends_every_s"), NEVER),
)  # fmt: skip
