"""``mcf compose``: see mcf/commands/compose.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["compose", *sys.argv[1:]]))
