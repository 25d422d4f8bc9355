"""``mcf test``: see mcf/commands/test.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["test", *sys.argv[1:]]))
