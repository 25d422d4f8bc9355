"""The command ``mcf``: a verb, imported only when it runs."""

import difflib
import os
import sys
from importlib import import_module
from types import ModuleType

from mcf.utils.command import COMPLETES, REFUSED, run_command
from mcf.version import __version__

VERBS = {
    "demo": "run the whole path on drawn faces, in minutes",
    "doctor": "report what this machine offers, what is missing and how to get it",
    "models": "list the models that have a name, or show the card of one",
    "download": "download published models by name",
    "prepare": "cut faces out of photos into a store for pre-training",
    "pack": "pack face images into tar shards or an LMDB",
    "compose": "merge the part masks of CelebAMask-HQ into index masks, once",
    "verify": "check the download of a data set",
    "train": "train from a config: pre-training, alignment, parsing",
    "test": "test a checkpoint",
    "probe": "evaluate a frozen backbone on landmarks and parts",
    "benchmark": "evaluate a backbone on all kinds of face task",
    "infer": "find faces in photos and videos: landmarks, parts, embeddings",
    "visualize": "draw the results of a checkpoint on faces",
    "masks": "draw the mask strategies on faces",
    "report": "write a report about runs",
    "export": "export to ONNX, timm, mmpretrain or Hugging Face",
    "join": "join heads that were trained apart on one backbone",
    "convert": "convert a backbone to another checkpoint format",
    "web": "serve a page for trying models on photos",
    "serve": "serve faces over HTTP: an image in, its result out",
}
"""What the verbs do, in the order in which a reader meets them."""

TOOLS = {
    "compose_masks": "compose",
    "convert_checkpoint": "convert",
    "pack_faces": "pack",
    "prepare_faces": "prepare",
    "show_masks": "masks",
    "verify_dataset": "verify",
    "webui": "web",
}
"""Verbs by the names of their scripts in ``tools/``, where they differ."""


def overview() -> str:
    """Help of the command itself."""
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {does}" for verb, does in VERBS.items()]
    return "\n".join(
        [
            "usage: mcf VERB ...",
            "",
            "The open toolkit for face representation learning.",
            "",
            "verbs:",
            *lines,
            "",
            "mcf VERB --help shows options, an example and exit codes.",
            "mcf --version prints the version.",
        ]
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb that the first argument names, with the rest as its arguments.

    Args:
        argv: Arguments; without, those of the process.

    Returns:
        Exit code.
    """
    if COMPLETES in os.environ:
        from mcf.utils.completion import complete

        complete(VERBS, command)
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview(), file=sys.stdout if words else sys.stderr)
        return 0 if words else REFUSED
    if words[0] == "--version":
        print(f"mcf {__version__}")
        return 0
    verb = TOOLS.get(words[0], words[0])
    if verb not in VERBS:
        near = difflib.get_close_matches(verb, VERBS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"verbs: {', '.join(VERBS)}"
        print(f"error: no verb {words[0]!r}; {hint}", file=sys.stderr)
        return REFUSED
    return run_command(command(verb).main, words[1:])


def command(verb: str) -> ModuleType:
    """Module of a verb."""
    return import_module(f"mcf.commands.{verb}")
