"""Run as an ordinary user by test_up: PostgreSQL in that user's own home, without any help of root."""

import json
import os
import sys
from pathlib import Path

import psycopg

from ravi.cli.home import Home
from ravi.cli.keys import load_keys
from ravi.cli.server import ManagedDatabase


def main() -> None:
    home = Home(Path(os.environ["RAVI_HOME"]))
    home.prepare()
    database = ManagedDatabase.of(home, load_keys(home).database_passwords)
    database.start(lambda: None)
    with psycopg.connect(database.urls.web) as connection:
        row = connection.execute("SELECT 1").fetchone()
    database.cluster.stop()
    owner = (home.path / "postgres" / "data").stat().st_uid
    sys.stdout.write(json.dumps({"owner": owner, "answer": row[0] if row else None}) + "\n")


main()
