"""`make fuzz N=100000 SEED=1`: bent payloads over both transports; prints the figures, 1 on any finding."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.fuzz.run import both


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--transport", choices=["http", "socket"], action="append")
    asked = parser.parse_args()
    transports = tuple(asked.transport or ("http", "socket"))
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(both(Path(folder), asked.n, asked.seed, transports))
    for one in found:
        print("\n".join(one.lines()))
    return 0 if all(one.good for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
