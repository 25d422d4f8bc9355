"""``mcf train``: see mcf/commands/train.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
