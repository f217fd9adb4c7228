"""`python -m ravi.cli`: the same as `ravi`."""

import sys

from ravi.cli.program import main

sys.exit(main())
