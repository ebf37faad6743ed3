"""Turn the land outline of the npm package `world-atlas` into the compact file that reports draw from.

Run once, when that package changes::

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python tools/make_coastlines.py package/land-50m.json package/LICENSE

The source is Natural Earth 1:50 million (public domain) as TopoJSON by Mike Bostock (ISC licence). The
result keeps every vertex on the source's own integer grid (0.0036 degrees east-west, 0.0017 north-south) and
stores differences between neighbours, which compress well. Rings that cross the 180th meridian are unwrapped,
so that no edge runs around the world.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[1] / "src" / "hoplon" / "report" / "data"


def rings(topology: dict) -> list[np.ndarray]:
    """Join the arcs of the TopoJSON land object into closed rings of grid coordinates."""
    arcs = [np.cumsum(np.asarray(arc, dtype=np.int64), axis=0) for arc in topology["arcs"]]
    out = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
                # Neighbouring arcs share their end point, and the last point repeats the first.
                out.append(np.concatenate([part[:-1] for part in parts]))
    return out


def unwrapped(ring: np.ndarray, turn: int) -> np.ndarray:
    """Remove jumps of a whole turn; close a ring that goes around the pole (Antarctica) through the pole."""
    x = ring[:, 0].copy()
    closed = np.append(x, x[0])
    jumps = np.round(np.diff(closed) / turn).astype(np.int64) * turn
    x -= np.concatenate([[0], np.cumsum(jumps)[:-1]])
    ring = np.column_stack([x, ring[:, 1]])
    if jumps.sum():
        ring = np.vstack([ring, [x[0] - jumps.sum(), ring[0, 1]], [x[0] - jumps.sum(), 0], [x[0], 0]])
    return ring


def main(source: str, licence: str) -> None:
    """Write land-50m.npz and its licence."""
    topology = json.loads(Path(source).read_text())
    scale, origin = topology["transform"]["scale"], topology["transform"]["translate"]
    turn = round(360.0 / scale[0])
    all_rings = [unwrapped(ring, turn) for ring in rings(topology)]
    start = np.cumsum([0] + [len(ring) for ring in all_rings]).astype(np.int32)
    steps = np.diff(np.vstack(all_rings), axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).astype(np.int32)
    DATA.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        DATA / "land-50m.npz",
        steps=np.ascontiguousarray(steps.T),
        start=start,
        scale_deg=np.asarray(scale),
        origin_deg=np.asarray(origin),
    )
    (DATA / "land-50m.LICENSE").write_text(
        "land-50m.npz was made by tools/make_coastlines.py from land-50m.json of world-atlas 2.0.2,\n"
        "itself made from Natural Earth (public domain). The licence of world-atlas (ISC) is:\n\n"
        + Path(licence).read_text()
    )
    print(f"{len(all_rings)} rings, {start[-1]} points")


if __name__ == "__main__":
    main(*sys.argv[1:])
