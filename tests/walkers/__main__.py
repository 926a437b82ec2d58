"""`python -m tests.walkers --n 20 --seed 1`: walks, seconds and acts each, and what no one ever touched."""

from __future__ import annotations

import argparse
import asyncio
import sys
import traceback
from collections import Counter

from tests.walkers.covered import untouched
from tests.walkers.walk import ACTS, Walk


def main() -> int:
    """1 when a walk ended in a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.walkers", description=__doc__)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", type=int, default=ACTS)
    parser.add_argument("--trail", action="store_true", help="print each act of each walk")
    chosen = parser.parse_args()
    touched, faults = Counter[str](), 0
    for seed in range(chosen.seed, chosen.seed + chosen.n):
        walk = Walk(seed, chosen.acts)
        ended = ""
        try:
            asyncio.run(walk.run())
        except Exception:
            ended, faults = traceback.format_exc(), faults + 1
        touched += walk.touched
        print(
            f"seed {seed}: {walk.theme.name}, {walk.transport}, {len(walk.trail)} acts, {walk.seconds:.1f} s"
            + (", FAULT" if ended else ""),
            flush=True,
        )
        if ended or chosen.trail:
            print("\n".join(f"    {n:3} {act}" for n, act in enumerate(walk.trail, 1)))
        if ended:
            print(f"{ended}\nagain: make walkers SEED={seed} N=1", flush=True)
    print(f"\n{chosen.n} walks, {faults} with a fault")
    for what, names in untouched(touched).items():
        print(f"{what} never touched: {', '.join(names) or 'none'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
