"""`python -m gateway.cli` is `commonweal`."""

import sys

from gateway.cli import main

sys.exit(main())
