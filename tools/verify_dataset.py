"""``mcf verify``: see mcf/commands/verify.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["verify", *sys.argv[1:]]))
