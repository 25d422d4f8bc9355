"""``mcf pack``: see mcf/commands/pack.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["pack", *sys.argv[1:]]))
