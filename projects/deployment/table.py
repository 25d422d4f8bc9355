"""Size, latency and loss of exported networks in fewer bits, as a Markdown table.

Nothing is refused here: the loss of what the gate would refuse is shown, too.
"""

import argparse
import tempfile
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
from mcf.export import OnnxNetwork, ParityError, reduce_precision
from mcf.export.parity import drawn_crops
from mcf.export.precision import MEASURES, PRECISIONS, answers
from mcf.utils.tables import markdown_table
from mcf.utils.timing import alternate


def rows(path: Path, folder: Path, *, faces: int, runs: int) -> list[tuple[str, ...]]:
    """A row for float32 and each precision: size, time for a face, losses."""
    files = {"float32": path}
    verdicts = {"float32": ""}
    for precision in PRECISIONS:
        files[precision] = folder / f"{path.stem}_{precision}.onnx"
        try:
            reduce_precision(path, files[precision], precision, faces=faces, runs=0)
            verdicts[precision] = "written"
        except ParityError:
            verdicts[precision] = "refused"
            del files[precision]
    networks = {name: OnnxNetwork(file, threads=1) for name, file in files.items()}
    crops = drawn_crops(networks["float32"].card.crop, faces)
    truth = answers(networks["float32"], crops)
    timings = alternate(
        {name: lambda n=n: answers(n, crops[:1]) for name, n in networks.items()},
        repeats=runs,
    )
    table = []
    for name, network in networks.items():
        found = answers(network, crops)
        losses = ["-"]
        if name != "float32":
            losses = [
                f"{MEASURES[name][kind].deviation(found[kind], truth[kind]):.2g} "
                f"{MEASURES[name][kind].unit}"
                for kind in truth
            ]
        table.append(
            (
                f"{path.stem}, {name}",
                f"{files[name].stat().st_size / 2**20:.1f} MiB",
                f"{1000 * min(timings[name].seconds):.1f} ms",
                "; ".join(losses),
                verdicts[name],
            )
        )
    refused = [name for name, verdict in verdicts.items() if verdict == "refused"]
    table += [(f"{path.stem}, {name}", "", "", "", "refused") for name in refused]
    return table


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="of mcf export --decode")
    parser.add_argument("--faces", type=int, default=32)
    parser.add_argument("--runs", type=int, default=20)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        table = [
            row
            for path in args.files
            for row in rows(path, Path(folder), faces=args.faces, runs=args.runs)
        ]
    head = ("network", "file", "one face, one thread", "loss", "gate")
    print("\n".join(markdown_table(head, table)))


if __name__ == "__main__":
    main()
