"""``mcf web``: see mcf/commands/web.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["web", *sys.argv[1:]]))
