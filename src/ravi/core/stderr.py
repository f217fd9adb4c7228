"""Standard error of a process whose log is moved aside while it runs: each write goes to the file that has the name now.

Whoever moves the log makes the new one; until it stands, lines go on into the old one, so that none is lost.
"""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

DESCRIPTOR = 2


@dataclass(slots=True)
class Followed:
    """The name that the log had when this process began; None where standard error is no file."""

    name: Path | None
    file: tuple[int, int]

    @classmethod
    def of(cls, descriptor: int) -> "Followed":
        try:
            about = os.fstat(descriptor)
            name = Path(f"/proc/self/fd/{descriptor}").readlink() if stat.S_ISREG(about.st_mode) else None
        except OSError:
            return cls(None, (0, 0))
        return cls(name, (about.st_dev, about.st_ino))

    def go_along(self, descriptor: int) -> None:
        """Lead the descriptor to the file that stands under the name, if it is another one and may be written."""
        if self.name is None:
            return
        try:
            about = self.name.stat()
            if (about.st_dev, about.st_ino) == self.file:
                return
            fresh = os.open(self.name, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        except OSError:
            return
        about = os.fstat(fresh)
        os.dup2(fresh, descriptor)
        os.close(fresh)
        self.file = (about.st_dev, about.st_ino)


_followed = Followed.of(DESCRIPTOR)


def follow() -> None:
    """To be called before a write to standard error by other means than `write`."""
    _followed.go_along(DESCRIPTOR)


def write(text: str) -> None:
    """Out, now."""
    follow()
    sys.stderr.write(text)
    sys.stderr.flush()
