"""Removes what a cluster of a test leaves outside the test's own folder."""

import shutil

from ravi.cli.postgres import Place


def remove_place(place: Place) -> None:
    shutil.rmtree(place.socket, ignore_errors=True)
    shutil.rmtree(place.folder, ignore_errors=True)
