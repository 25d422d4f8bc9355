"""``python -m mcf`` is the command ``mcf``."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main())
