"""``mcf infer``: see mcf/commands/infer.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["infer", *sys.argv[1:]]))
