"""Which process is given which setting: each gets what it needs and no other's secret (docs/reference/settings.md)."""

import os
from dataclasses import dataclass
from pathlib import Path

import ravi
from ravi.cli.home import Home
from ravi.cli.keys import Keys
from ravi.cli.postgres import DatabaseUrls

SENDERS_SECRETS = ("RAVI_MAIL_PASSWORD", "RAVI_MAIL_PASSWORD_FILE", "RAVI_MATRIX_TOKEN", "RAVI_MATRIX_TOKEN_FILE")
PRIVATE_NAMES = (
    "DATABASE_URL",
    "RAVI_OWNER_DATABASE_URL",
    "RAVI_ENGINE_DATABASE_URL",
    "RAVI_BACKUP_DATABASE_URL",
    "RAVI_BACKUP_PASSPHRASE",
    "RAVI_SECRET_KEY",
    "RAVI_CREDENTIAL_KEYS_FOLDER",
    "RAVI_SANDBOX_TOKEN",
    "RAVI_DEMO_PASSWORD",
    *SENDERS_SECRETS,
)

PROXY = "RAVI_ROUTE_"  # what RAVI_ROUTE_NAME begins with; it may hold a password


def _is_private(name: str) -> bool:
    return name in PRIVATE_NAMES or name.startswith(PROXY)


@dataclass(frozen=True)
class Environment:
    """The environments of one running Ravi's processes."""

    home: Home
    keys: Keys
    databases: DatabaseUrls
    port: int
    sandbox_port: int | None

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}" if self.sandbox_port else ""

    def common(self) -> dict[str, str]:
        """The caller's environment without anybody's secret."""
        source = str(Path(ravi.__file__).parent.parent)
        kept = {name: value for name, value in os.environ.items() if not _is_private(name)}
        kept |= {"RAVI_HOME": str(self.home.path), "PYTHONPATH": source, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
        if self.sandbox_port:
            allowed = [os.environ.get("RAVI_EGRESS_ALLOW", "")]
            allowed += [f"{host}:{self.sandbox_port}" for host in ("127.0.0.1", "localhost")]
            kept["RAVI_EGRESS_ALLOW"] = ",".join(filter(None, allowed))
        return kept

    def web(self) -> dict[str, str]:
        return self.common() | self.web_settings()

    def web_settings(self) -> dict[str, str]:
        """What the web is told beyond the caller's environment; also what `ravi publish` takes over."""
        settings = {
            "DATABASE_URL": self.databases.web,
            "RAVI_SECRET_KEY": self.keys.secret_key,
            "RAVI_CREDENTIAL_PUBLIC_KEY": self.keys.public_key,
            "RAVI_CREDENTIAL_KEY_ID": self.keys.key_id,
            "RAVI_HOME": str(self.home.path),
            "RAVI_PORT": str(self.port),
            "RAVI_READY_FILE": str(self.home.ready),
        }
        if self.sandbox_port:
            settings |= {"RAVI_DEMO": "1", "RAVI_SANDBOX_URL": self.sandbox_url}
            settings["RAVI_EGRESS_ALLOW"] = self.common()["RAVI_EGRESS_ALLOW"]
        return settings

    def jobs(self) -> dict[str, str]:
        """As the web, under the web role; what speaks to the mail server and to Matrix is given to it alone."""
        return self.web() | {name: os.environ[name] for name in SENDERS_SECRETS if name in os.environ}

    def engine(self) -> dict[str, str]:
        return self.common() | self._engine_settings() | self._proxies()

    def _engine_settings(self) -> dict[str, str]:
        return {
            "RAVI_ENGINE_DATABASE_URL": self.databases.engine,
            "RAVI_CREDENTIAL_KEYS_FOLDER": str(self.keys.private_folder),
            "RAVI_CREDENTIAL_KEY_ID": self.keys.key_id,
        }

    def _proxies(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name.startswith(PROXY)}

    def migrate(self) -> dict[str, str]:
        """The owner stands in DATABASE_URL: Django knows one connection."""
        return self.common() | {"DATABASE_URL": self.databases.owner, "RAVI_OWNER_DATABASE_URL": self.databases.owner}

    def sandbox(self) -> dict[str, str]:
        return self.common() | {"RAVI_SANDBOX_TOKEN": self.keys.sandbox_token}

    def demo(self) -> dict[str, str]:
        """Loading plays web and engine in one, with weeks of history in between."""
        return self.web() | self._engine_settings() | self.sandbox() | {"RAVI_DEMO_PASSWORD": self.keys.demo_password}
