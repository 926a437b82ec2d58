"""`python -m tests.walkers --n 20 --seed 1`: walks, seconds and acts each, and what no one ever touched.

From twenty walks on everything has to be touched. What chance left out gets a few walks more, of the themes
that lead there; each is played again by its seed like any other.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import traceback
from collections import Counter

from tests.walkers.covered import ENOUGH, FURTHER, further, untouched
from tests.walkers.walk import ACTS, Walk


def main() -> int:
    """1 when a walk ended in a fault, or when so many left something out."""
    parser = argparse.ArgumentParser(prog="python -m tests.walkers", description=__doc__)
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", type=int, default=ACTS)
    parser.add_argument("--trail", action="store_true", help="print each act of each walk")
    chosen = parser.parse_args()
    touched, faults, last = Counter[str](), 0, chosen.seed + chosen.n - 1
    for seed in range(chosen.seed, last + 1):
        faults += walked(seed, chosen, touched)
    walks, missed = chosen.n, untouched(touched)
    while any(missed.values()) and ENOUGH <= walks < chosen.n + FURTHER:
        last = next(further(missed, last))
        faults += walked(last, chosen, touched)
        walks, missed = walks + 1, untouched(touched)
    print(f"\n{walks} walks, {faults} with a fault")
    for what, names in missed.items():
        print(f"{what} never touched: {', '.join(names) or 'none'}")
    return 1 if faults or (walks >= ENOUGH and any(missed.values())) else 0


def walked(seed: int, chosen: argparse.Namespace, touched: Counter[str]) -> bool:
    """One walk, told in a line; whether it ended in a fault."""
    walk, ended = Walk(seed, chosen.acts), ""
    try:
        asyncio.run(walk.run())
    except Exception:
        ended = traceback.format_exc()
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
    return bool(ended)


if __name__ == "__main__":
    sys.exit(main())
