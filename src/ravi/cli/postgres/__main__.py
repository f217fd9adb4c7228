"""`python -m ravi.cli.postgres`: a throw-away cluster for as long as this process lives; its URLs as JSON on stdout."""

import dataclasses
import json
import signal
import sys

from ravi.cli.postgres import throwaway_cluster


def main() -> int:
    signals = (signal.SIGINT, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with throwaway_cluster() as urls:
        json.dump(dataclasses.asdict(urls), sys.stdout)
        print(flush=True)
        signal.sigwait(signals)
    return 0


if __name__ == "__main__":
    sys.exit(main())
