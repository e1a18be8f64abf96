"""Quantises a trained table: python3 model/export.py --tokens DIRECTORY --out FILE.bin TABLE.npy [TABLE.npy ...].

Several tables are averaged, which helps only if they began alike (same seed of the start)."""

import argparse

import numpy as np

from columns import read_vocabulary
from table_file import quantise, write_table

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", default="words-static-128-v1")
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    table = np.mean([np.load(path) for path in given.tables], axis=0)
    write_table(given.out, read_vocabulary(given.tokens)["words"], *quantise(table), given.name)
