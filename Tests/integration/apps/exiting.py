"""A script without the usual guard at its end."""

import sys

sys.exit(7)
