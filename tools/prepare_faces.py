"""``mcf prepare``: see mcf/commands/prepare.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["prepare", *sys.argv[1:]]))
