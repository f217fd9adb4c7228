"""What a kind of test needs and this machine lacks is brought here, and said with its seconds and megabytes."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import ravi
from ravi.cli.test_kinds import Need

ROOT = Path(ravi.__file__).parent.parent.parent
MB = 1_000_000


def install(needs: Sequence[Need]) -> None:
    """Each from its lock or from Debian; a line for each says what it took. What could not be had is found by `is_here`."""
    for need in needs:
        if name := need.environment or need.node_modules:
            began = time.monotonic()
            (_make_environment if need.environment else _make_node_modules)(name)
            print(cost(need.name, time.monotonic() - began, folder_size_bytes(ROOT / ".ravi" / name)), flush=True)
    from_debian = [need for need in needs if need.packages]
    if from_debian and os.geteuid() == 0:
        _apt("update", "-q")
        for need in from_debian:
            began, before = time.monotonic(), _debian_size_bytes()
            print(f"installing {' '.join(need.packages)} ...", flush=True)
            _apt("install", "-qy", "--no-install-recommends", *need.packages)
            print(cost(need.name, time.monotonic() - began, _debian_size_bytes() - before), flush=True)


def cost(name: str, seconds: float, size_bytes: int) -> str:
    return f"{name}: set up in {seconds:.0f} s, {size_bytes / MB:.0f} MB"


def folder_size_bytes(folder: Path) -> int:
    """Of its files' content; a file of two names counts once."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            found[status.st_ino] = status.st_size
    return sum(found.values())


def _debian_size_bytes() -> int:
    """Of all installed packages, as dpkg's own records have it."""
    asked = ["dpkg-query", "-W", "-f", "${Installed-Size}\\n"]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return 1024 * sum(int(line) for line in lines if line.isdigit())


def _apt(*arguments: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *arguments], env=quiet, stdout=subprocess.DEVNULL, check=False)


def _make_environment(name: str) -> None:
    """A virtual environment in .ravi with the locked packages of requirements/NAME.txt; nothing of it enters Ravi's own."""
    folder = ROOT / ".ravi" / name
    lock = ROOT / "requirements" / f"{name}.txt"
    print(f"installing {lock.name} into {folder} ...", flush=True)
    for argv in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)],
    ):
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=False)


def _make_node_modules(name: str) -> None:
    """A folder in .ravi with the locked packages of requirements/NAME. What is compiled takes the headers that stand beside
    this machine's Node, since none are fetched."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        print(f"requirements/{name} needs Node 18 to 20 with npm, g++ and make", flush=True)
        return
    folder, lock = ROOT / ".ravi" / name, ROOT / "requirements" / name
    print(f"installing the packages of requirements/{name} into {folder} ...", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(lock / file, folder)
    own = {**os.environ, "npm_config_build_from_source": "true"}
    own |= {"npm_config_nodedir": str(Path(node).resolve().parent.parent)}
    argv = [npm, "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(argv, cwd=folder, env=own, stdout=subprocess.DEVNULL, check=False)
