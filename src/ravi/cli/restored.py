"""`python -m ravi.cli.restored`: as the owner, between pg_restore and the first grant: migrate, start stopped, let in.

No other role may read or write anything before `access.apply`, so that no engine sees the line as the backup left it.
"""

import json
import os
import sys
from datetime import datetime

from django.core.management import call_command
from django.db import connections, transaction


def main() -> None:
    """Reads {"made_at": ...} on stdin, writes {"unknown": n, "held": n, "people_back": n} on stdout."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen on the line above

    django.setup()
    told = json.load(sys.stdin)
    call_command("migrate", interactive=False, verbosity=0)
    found = settle(datetime.fromisoformat(told["made_at"]))
    from ravi.core import access  # noqa: PLC0415 -- Django is set up above

    access.apply(connections["default"])
    json.dump(found, sys.stdout)


def settle(backup_at: datetime) -> dict[str, int]:
    """Everything that must not go on by itself; one transaction."""
    from ravi.accounts.services import close_every_door  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.core import clock  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.core.job_care import forget_jobs  # noqa: PLC0415 -- Django is set up by the caller
    from ravi.delivery.restoration import start_stopped  # noqa: PLC0415 -- Django is set up by the caller

    reason = f"Restored from the backup of {backup_at:%Y-%m-%d %H:%M} UTC. Copies may have gone out since: look first."
    with transaction.atomic():
        left = start_stopped(backup_at=backup_at, reason=reason, now=clock.now())
        forget_jobs()
        close_every_door()
    return {"unknown": left.unknown, "held": left.held}


if __name__ == "__main__":
    main()
