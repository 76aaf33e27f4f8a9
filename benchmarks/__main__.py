"""``python -m benchmarks [name...] [--small] [--results FOLDER]``: run benchmarks, print and keep their figures."""

from __future__ import annotations

import argparse
import os
import tempfile
from importlib import import_module
from pathlib import Path

#: In the order in which they are run; each is a module of this package with ``run(small, folder)``.
NAMES = ("cold_start", "memory", "index_build", "freshness", "proposals", "team_repair", "people", "kills", "year")


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all unless told")
    parser.add_argument("--small", action="store_true", help="small sizes: shows that they run, measures nothing")
    parser.add_argument("--results", type=Path, help="folder to write to; with --small nothing is written without it")
    told = parser.parse_args()
    if unknown := set(told.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    # Read by OpenMP and by torch when they are imported: every figure is of one thread.
    os.environ["OMP_NUM_THREADS"] = "1"
    from benchmarks import report  # noqa: PLC0415 - after the line above

    results = told.results or (None if told.small else report.RESULTS)
    with tempfile.TemporaryDirectory(prefix="passerelle-benchmarks-") as folder:
        for name in told.names or NAMES:
            figures = import_module(f"benchmarks.{name}").run(told.small, Path(folder))
            document = report.document(name, figures, small=told.small)
            report.show(document)
            if results is not None:
                report.write(document, results)


if __name__ == "__main__":
    main()
