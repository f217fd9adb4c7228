"""The kinds of test that `./ravi test` knows: order, commands, needs, and the Debian packages behind the needs."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import ravi
from ravi.cli.postgres import PostgresUnavailable, choose_binaries
from ravi.library.lettering.face import PACKAGE, can_draw

ROOT = Path(ravi.__file__).parent.parent.parent
SYNAPSE_PYTHON = ROOT / ".ravi" / "synapse" / "bin" / "python"
PDS_FOLDER = ROOT / ".ravi" / "pds"
NETWORK_FOLDER = ROOT / ".ravi" / "network"
SBIN = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Need:
    """Something a machine may lack, and the Debian packages that bring it."""

    name: str
    packages: tuple[str, ...]
    is_here: Callable[[], bool]
    environment: str = ""  # a lock in requirements/, installed into a virtual environment of its own in .ravi
    node_modules: str = ""  # a folder in requirements/ with a package-lock.json, installed into .ravi by npm

    @property
    def advice(self) -> str:
        return f"apt-get install {' '.join(self.packages)}" if self.packages else "./ravi test installs it"


@dataclass(frozen=True)
class Kind:
    """One line of the table. `command` may say {python}; a pytest kind reports through junit xml."""

    name: str
    title: str
    command: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    limit_s: int = 1800
    only_full: bool = False  # too large for every run: part of --full, and of --only with its name
    company: str = ""  # neighbours in the table that name the same one run at the same time

    @property
    def is_pytest(self) -> bool:
        return "pytest" in self.command

    def quick(self) -> "Kind":
        """The same with the adapters' contract, without what conftest.py calls slow, on the PostgreSQL that is here."""
        words = [word.replace("not crash", "not crash and not slow") for word in self.command]
        command = tuple(word for word in words if word != ADAPTERS_APART)
        title = "unit, slice and the adapters' contract, without what is slow"
        return replace(self, title=title, command=command, needs=(), environment={})


def _has_programs(*names: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(name, path=SBIN) for name in names)


def _has_postgres(source: str) -> Callable[[], bool]:
    def is_here() -> bool:
        try:
            choose_binaries(wanted=source)
        except PostgresUnavailable:
            return False
        return True

    return is_here


def _has_chromium() -> bool:
    return any(shutil.which(name, path=SBIN) for name in ("chromium", "chromium-browser", "google-chrome"))


def _has_wordpress() -> bool:
    return Path("/usr/share/wordpress/index.php").is_file() and _has_programs("php", "mariadbd")()


def _has_node_modules(folder: Path) -> Callable[[], bool]:
    """Installed from the lock that stands in requirements/ now, and with its compiled part."""
    lock, there = ROOT / "requirements" / folder.name / "package-lock.json", folder / "package-lock.json"
    built = folder / "node_modules" / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"
    return lambda: built.exists() and there.is_file() and there.read_bytes() == lock.read_bytes()


SYSTEM_POSTGRES = Need("PostgreSQL of the system", ("postgresql-15",), _has_postgres("system"))
WHEEL_POSTGRES = Need("the wheel's PostgreSQL", (), _has_postgres("wheel"))
LETTERS = Need("FriBidi", (PACKAGE,), can_draw)
HOSTS = Need("network namespaces", ("iproute2",), _has_programs("ip"))
CHROMIUM = Need("Chromium", ("chromium",), _has_chromium)
NGINX = Need("nginx", ("nginx-light",), _has_programs("nginx"))
WORDPRESS = Need(
    "WordPress", ("wordpress", "php-cli", "php-mysql", "mariadb-server", "ca-certificates"), _has_wordpress
)
DEPLOYMENT = (
    Need("Caddy", ("caddy",), _has_programs("caddy")),
    Need("logrotate", ("logrotate",), _has_programs("logrotate")),
    Need("systemd-analyze", ("systemd",), _has_programs("systemd-analyze")),
)
# A Matrix homeserver that Debian does not carry; its packages must not meet Ravi's own.
SYNAPSE = Need("Synapse", (), (SYNAPSE_PYTHON.parent / "synapse_homeserver").exists, environment="synapse")
# A Bluesky server: of its parts one is compiled, against the headers that Node's own package brings.
PDS = Need("the Bluesky PDS", (), _has_node_modules(PDS_FOLDER), node_modules="pds")
NETWORK = Need("the Bluesky network", (), _has_node_modules(NETWORK_FOLDER), node_modules="network")
REDIS = Need("Redis", ("redis-server",), _has_programs("redis-server"))


NOTHING_ELSE = "not server and not network and not journey and not crash and not simulation and not deployment"


def _pytest(*arguments: str, marker: str = NOTHING_ELSE) -> tuple[str, ...]:
    return ("{python}", "-m", "pytest", "-m", marker, "--no-header", *arguments)


# These share one running Ravi, as a day does: what one leaves behind the next one meets, so they go in one order. What
# they kill leaves sockets and connections behind, which ends no test.
IN_ORDER = ("-p", "no:randomly", "-W", "ignore::pytest.PytestUnraisableExceptionWarning")


ADAPTERS_APART = "--ignore=src/ravi/platforms"


def _unit(marker: str, *places: str) -> tuple[str, ...]:
    return _pytest("-n", "2", ADAPTERS_APART, *(places or ("src", "tests")), marker=marker)


# The rooms with triggers and SQL of their own; what others ask there the journeys ask on the same PostgreSQL.
SPEAK_SQL = tuple(f"src/ravi/{room}" for room in ("core", "directory", "delivery", "publishing", "network"))


KINDS = (
    Kind("lint", "ruff", ("{python}", "-m", "ravi.cli.lint"), company="readers"),
    Kind("types", "mypy --strict", ("{python}", "-m", "mypy"), company="readers"),
    Kind("contracts", "which room may import which", ("lint-imports", "--no-cache"), company="readers"),
    Kind("messages", "every string has its Persian", ("{python}", "tools/messages.py", "check"), company="readers"),
    Kind("security", "bandit", ("bandit", "-q", "-r", "src", "-c", "pyproject.toml", "-ll"), company="readers"),
    Kind(
        "unit",
        "unit and slice on the system's PostgreSQL",
        _unit(NOTHING_ELSE),
        (SYSTEM_POSTGRES, LETTERS),
        {"RAVI_POSTGRES": "system"},
    ),
    Kind(
        "wheel",
        "what asks the database in SQL, on the wheel's PostgreSQL",
        _unit(f"{NOTHING_ELSE} and database", *SPEAK_SQL),
        (WHEEL_POSTGRES, LETTERS),
        {"RAVI_POSTGRES": "wheel"},
    ),
    Kind(
        "wheel whole",
        "all that asks the database, on the wheel's PostgreSQL",
        _unit(f"{NOTHING_ELSE} and database"),
        (WHEEL_POSTGRES, LETTERS),
        {"RAVI_POSTGRES": "wheel"},
        only_full=True,
    ),
    Kind("adapters", "every platform's adapter keeps the contract", _pytest("-n", "2", "src/ravi/platforms")),
    Kind(
        "simulation",
        "the engine in simulated time: seeds, mutants, the same over PostgreSQL",
        _pytest("-n", "2", "tests/simulation", marker="simulation"),
        (SYSTEM_POSTGRES,),
        {"RAVI_POSTGRES": "system"},
        limit_s=5400,
    ),
    Kind(
        "simulation on the wheel",
        "one seed over the wheel's PostgreSQL",
        _pytest("tests/simulation", "-k", "over_postgresql and 1", marker="simulation"),
        (WHEEL_POSTGRES,),
        {"RAVI_POSTGRES": "wheel"},
    ),
    Kind(
        "crash",
        "kill -9 of engines and databases, cut lines, full disks, wrong clocks",
        _pytest(*IN_ORDER, "src", "tests", "--ignore=tests/launch", marker="crash"),
        (HOSTS,),
        company="waiters",
    ),
    Kind(
        "launch",
        "ravi up, its upgrade and its PostgreSQL, killed and started again",
        _pytest(*IN_ORDER, "tests/launch", marker="crash"),
        company="waiters",
    ),
    Kind(
        "servers",
        "real WordPress, Bluesky, Matrix, SMTP and nginx; one message through sixty units to them, in Chromium",
        _pytest(*IN_ORDER, "src", "tests", marker="server"),
        (WORDPRESS, NGINX, SYNAPSE, PDS, CHROMIUM, LETTERS),
    ),
    Kind(
        "network",
        "the Bluesky network's own numbers",
        _pytest(*IN_ORDER, "tests/network", marker="network"),
        (NETWORK, REDIS, SYSTEM_POSTGRES),
        {"RAVI_POSTGRES": "system"},
        only_full=True,
    ),
    Kind(
        "deployment",
        "Caddy, systemd and logrotate read the files in deploy/",
        _pytest("tests/deployment", marker="deployment"),
        DEPLOYMENT,
    ),
    Kind(
        "journeys",
        "people's ways in Chromium, on the wheel's PostgreSQL",
        _pytest(*IN_ORDER, "src", "tests", marker="journey"),
        (CHROMIUM, LETTERS, WHEEL_POSTGRES),
        {"RAVI_POSTGRES": "wheel"},
    ),
)
QUICK = "unit"
