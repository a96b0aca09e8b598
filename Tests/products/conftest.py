"""Products from PyPI, each in an environment of its own, served by the real binary: `make test-products`."""

import sys
from pathlib import Path

#: Starting and watching plait is the same as in the integration tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
