"""`python -m ravi.demo`: loads the demo institution into the database that the environment names."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravi.config.settings")
django.setup()

from ravi.demo.load import main  # noqa: E402 -- models need the set-up above

main()
