"""``mcf download``: see mcf/commands/download.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["download", *sys.argv[1:]]))
