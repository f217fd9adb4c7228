"""How long `ravi audit verify` takes over so many lines of the ledger, in a database that is thrown away (docs/nation.md).

python tools/verification.py 1400000
"""

import asyncio
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from ravi.cli.bench import _migrate
from ravi.cli.postgres.throwaway import DatabaseUrls, throwaway_cluster
from ravi.core import clock
from ravi.delivery.store.chain import Chain
from ravi.delivery.store.connection import Line

SRC = Path(__file__).resolve().parent.parent / "src"
VERIFY = "verify"
FOUND = """
insert into accounts_institution (id, name, slug, is_demo, created_at) values (1, 'large', 'large', false, now())
"""
# A copy's four lines, of which the first is a person's own and in no link.
LINES = """
insert into delivery_ledger (institution_id, delivery_id, at, before, after, cause, code, attempt, owner)
select 1, n / 4 + 1, now() - interval '1 day', (array['', 'pending', 'claimed', 'sending'])[n %% 4 + 1],
    (array['pending', 'claimed', 'sending', 'sent'])[n %% 4 + 1], 'size', '', (n %% 4 > 0)::int,
    case n %% 4 when 0 then '' else 'engine' end
from generate_series(0, %(lines)s - 1) n
"""


def main() -> None:
    if sys.argv[1] == VERIFY:
        verify()
        return
    with throwaway_cluster() as urls:
        _migrate(urls)
        with psycopg.connect(str(urls.admin), autocommit=True) as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(FOUND)
            admin.execute(LINES, {"lines": int(sys.argv[1])})
            admin.execute("analyze delivery_ledger")
        print(f"{asyncio.run(linked(urls))} of {sys.argv[1]} lines linked; load {os.getloadavg()[0]:.1f}", flush=True)
        environment = {**os.environ, **urls.environment(), "PYTHONPATH": str(SRC)}
        subprocess.run([sys.executable, __file__, VERIFY], env=environment, check=True)


async def linked(urls: DatabaseUrls) -> int:
    """As an engine does it."""
    line, lines = Line(urls.engine, "size"), 0
    chain = Chain(line)
    while made := await chain.link(clock.now()):
        lines += made
    await line.close()
    return lines


def verify() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
    import django  # noqa: PLC0415 -- settings are chosen above

    django.setup()
    from ravi.cli.audit import verify_all  # noqa: PLC0415 -- settings are chosen above

    began = time.monotonic()
    code, seconds = verify_all(), time.monotonic() - began
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"exit {code}, {seconds:.1f} s, {time.process_time():.1f} s of a processor, at most {most_mb} MB")


if __name__ == "__main__":
    main()
