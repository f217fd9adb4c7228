"""A real WordPress for one test run: Debian's WordPress and PHP on loopback, MariaDB on a socket only."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ravi.platforms.contract_faults import free_port
from tests.servers.programs import answers, need, running, short_folder, wait_until

SOURCE = Path("/usr/share/wordpress")
FILM_READER = Path("/usr/share/php/getid3")  # a package that WordPress's depends on
PACKAGES = "wordpress php-cli php-mysql php-gd php-xml php-mbstring php-curl mariadb-server"
USER = "ravi"

_CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HOME', '%(site)s'); define('WP_SITEURL', '%(site)s');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', '%(salt)s' . $name); define($name . '_SALT', $name . '%(salt)s');
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
_ROUTER = """<?php
$asked = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($asked !== '/' && is_file(__DIR__ . '/www' . $asked)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/www/index.php';
"""
_INSTALL = """
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1'; $_SERVER['REQUEST_URI'] = '/';
function wp_mail() { return true; }
require 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Mehregan', 'ravi', 'ravi@example.org', true, '', getenv('RAVI_SITE_PASSWORD'));
list($word) = WP_Application_Passwords::create_new_application_password(1, ['name' => 'ravi']);
echo "WORD:$word:";
"""


@dataclass(frozen=True)
class WordPressSite:
    port: int
    application_password: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self, route: str, **query: str) -> Any:
        """An independent look through REST; None for 404 and 410."""
        return self._asked(route, query)

    def write(self, route: str, **values: str) -> Any:
        """What somebody of the site does there by themselves."""
        return self._asked(route, {}, urlencode(values).encode())

    def put_into_the_bin(self, post: str) -> Any:
        """What somebody of the site does there with a post that is to go."""
        return self._asked(f"/wp/v2/posts/{post}", {"_method": "DELETE"}, b"")

    def download(self, address: str) -> bytes:
        """A file as anybody gets it."""
        with urllib.request.urlopen(address, timeout=30) as answer:
            content: bytes = answer.read()
        return content

    def _asked(self, route: str, query: dict[str, str], body: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.url}/?{urlencode({'rest_route': route, **query})}", data=body)
        pair = base64.b64encode(f"{USER}:{self.application_password}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in {404, 410}:
                return None
            raise


@contextmanager
def wordpress_site() -> Iterator[WordPressSite]:
    programs = need(["php", "mariadbd", "mariadb", "mariadb-install-db"], PACKAGES)
    if not SOURCE.is_dir():
        pytest.skip(f"WordPress not installed; apt-get install --no-install-recommends {PACKAGES}")
    with short_folder("ravi-wp-") as folder, _database(folder, programs) as socket:
        site = f"http://127.0.0.1:{(port := free_port())}"
        word = _install(folder, programs["php"], socket, site)
        log = folder / "php.log"
        limits = ["-d", "memory_limit=256M", "-d", "upload_max_filesize=64M", "-d", "post_max_size=64M"]
        command = [programs["php"], *limits, "-S", f"127.0.0.1:{port}", "-t", folder / "www", folder / "router.php"]
        with running(command, log, cwd=folder) as php:
            wait_until(lambda: answers(f"{site}/?rest_route=/"), php, log)
            yield WordPressSite(port, word)


@contextmanager
def _database(folder: Path, programs: dict[str, str]) -> Iterator[Path]:
    data, socket, log = folder / "db", folder / "s", folder / "db.log"
    data.mkdir()
    user: list[str] = []
    if os.geteuid() == 0:
        user = ["--user=mysql"]
        shutil.chown(data, "mysql")
        shutil.chown(folder, "mysql")
    install = [programs["mariadb-install-db"], "--no-defaults", *user, f"--datadir={data}"]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    serve = [programs["mariadbd"], "--no-defaults", *user, f"--datadir={data}", "--skip-networking"]
    serve += [f"--socket={socket}", f"--pid-file={folder / 'db.pid'}", "--innodb-flush-log-at-trx-commit=0"]
    client = [programs["mariadb"], "--no-defaults", "-uroot", "-S", str(socket), "-e"]
    with running(serve, log, cwd=folder) as process:
        wait_until(lambda: _succeeds([*client, "select 1"]), process, log)
        subprocess.run([*client, "create database wp character set utf8mb4"], check=True, timeout=30)
        yield socket


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True, timeout=30).returncode == 0


def _install(folder: Path, php: str, socket: Path, site: str) -> str:
    """Copy the program, write its settings, install it and make an application password."""
    www = folder / "www"
    shutil.copytree(SOURCE, www, symlinks=False, ignore_dangling_symlinks=True)
    # Python takes a relative link out of the tree for a dangling one; WordPress reads films with these.
    shutil.copytree(FILM_READER, www / "wp-includes" / "ID3", dirs_exist_ok=True)
    (www / "wp-content" / "uploads").mkdir(parents=True, exist_ok=True)
    config = www / "wp-config.php"
    config.unlink(missing_ok=True)
    config.write_text(_CONFIG % {"socket": socket, "site": site, "salt": secrets.token_hex(16)})
    (folder / "router.php").write_text(_ROUTER)
    environment = {**os.environ, "RAVI_SITE_PASSWORD": secrets.token_urlsafe(16)}
    done = subprocess.run(
        [php, "-d", "memory_limit=512M", "-r", _INSTALL],
        cwd=www, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "WORD:" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.split("WORD:")[1].split(":")[0]
