"""`python -m tests.crash.stepped FILE engine`: an engine on a machine whose clock somebody sets.

The number of seconds in FILE is added to what `time.time` says, which is what the engine reads of the machine's clock;
the monotonic clock goes on, as it does when `date -s` sets a clock.
"""

import sys
import time
from pathlib import Path

_path = Path(sys.argv.pop(1))
_true = time.time


def _set() -> float:
    try:
        return _true() + float(_path.read_text())
    except (OSError, ValueError):  # just being written
        return _true()


time.time = _set

from ravi.cli.program import main  # noqa: E402 -- the clock is set first

sys.exit(main())
