"""``mcf doctor``: see mcf/commands/doctor.py."""

import sys
from pathlib import Path

# Works in a checkout that is not installed, too: that may be what is wrong.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["doctor", *sys.argv[1:]]))
