"""``mcf export``: see mcf/commands/export.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["export", *sys.argv[1:]]))
