"""Made-up families in the layout of the catalog's measures, written in chunks.

    python benchmarks/make_families.py families.parquet [--families 20000000] [--seed 2021]

The same number and seed give the same families, whatever the machine. The file
appears whole or not at all. No figure in it says anything about Indonesia.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kencana_targets.model.regions import load_regions

CHUNK = 1_000_000
CODES = [region.code for region in load_regions() if region.level in ("regency", "city")]
VILLAGES = 161  # in each regency
UNITS = 20  # sampling units in each stratum
METHODS = [
    "none",
    "pill",
    "injection",
    "condom",
    "iud",
    "implant",
    "female-sterilisation",
    "male-sterilisation",
    "traditional",
]
SHARES = [0.40, 0.11, 0.28, 0.02, 0.05, 0.07, 0.02, 0.002, 0.048]
WISHES = ["soon", "later", "none"]


def words(values: np.ndarray, labels: list[str], missing: np.ndarray | None = None) -> pa.Array:
    codes = pa.array(values.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(labels)).cast(pa.string())


def chunk(number: int, families: int, seed: int) -> pa.Table:
    """Return one chunk; its random numbers are its own, so chunks do not depend on one another."""
    random = np.random.default_rng([seed, number])
    regency = random.integers(0, len(CODES), families)
    village = random.integers(0, VILLAGES, families)
    stratum = regency * 2 + (village % 5 == 0)  # rural and urban villages of a regency
    union = random.random(families) < 0.78
    age = random.integers(15, 60, families)
    method = random.choice(len(METHODS), families, p=SHARES)
    wish = random.choice(len(WISHES), families, p=[0.25, 0.2, 0.55])
    unsaid = random.random(families) < 0.01
    return pa.table(
        {
            "region": words(regency, CODES),
            "year": pa.array(2021 + random.integers(0, 2, families), pa.int16()),
            "village": pa.array(regency * VILLAGES + village, pa.int32()),
            "strata": pa.array(stratum, pa.int32()),
            "psu": pa.array(village % UNITS, pa.int32()),
            "weight": pa.array(np.round(random.uniform(50, 150, families), 2)),
            "in_union": pa.array(union),
            "wife_age": pa.array(age.astype(np.int16), mask=~union),
            "method": words(method, METHODS, ~union | unsaid),
            "child_wish": words(wish, WISHES, ~union),
            "reached": pa.array(random.random(families) < 0.6 + 0.2 * (village % 7 == 0)),
            "members": pa.array(random.integers(1, 8, families).astype(np.int8)),
            "births": pa.array((union & (random.random(families) < 0.08)).astype(np.int8)),
        }
    )


def write(path: Path, families: int, seed: int) -> None:
    """Write the file under a temporary name beside its place, then move it there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        sizes = [min(CHUNK, families - first) for first in range(0, families, CHUNK)]
        with pq.ParquetWriter(name, chunk(0, 1, seed).schema, compression="zstd") as writer:
            for number, size in enumerate(sizes):
                writer.write_table(chunk(number, size, seed))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--families", type=int, default=20_000_000)
    parser.add_argument("--seed", type=int, default=2021)
    given = parser.parse_args()
    write(given.path, given.families, given.seed)
