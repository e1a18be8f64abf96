"""The numbers that model/tokenise.ts writes: pairs as rows of word counts, by field."""

import json
from pathlib import Path

import numpy as np

FIELDS = ("query", "code", "name", "rest", "path")
# As in model/pair.ts.
KINDS = ("function", "declaration", "class", "inline", "section", "test", "error", "file", "name")


class Column:
    """Distinct words of each row: ids[starts[r]:starts[r + 1]], weights 1 + ln(count)."""

    def __init__(self, prefix):
        self.ids = np.fromfile(f"{prefix}.ids", np.int32)
        counts = np.fromfile(f"{prefix}.counts", np.uint8)
        self.weights = (1 + np.log(np.maximum(counts, 1))).astype(np.float32)
        self.starts = np.fromfile(f"{prefix}.starts", np.int32).astype(np.int64)
        self.lengths = np.diff(self.starts)


class Pairs:
    """A split ("train" or "dev"): a Column per field, and int32 columns kind, package, language, file."""

    def __init__(self, directory, split):
        prefix = Path(directory) / split
        self.fields = {name: Column(f"{prefix}.{name}") for name in FIELDS}
        self.kind = np.fromfile(f"{prefix}.kind", np.int32)
        self.package = np.fromfile(f"{prefix}.package", np.int32)
        self.language = np.fromfile(f"{prefix}.language", np.int32)
        self.file = np.fromfile(f"{prefix}.file", np.int32)
        self.languages = json.loads(Path(f"{prefix}.language.json").read_text())
        self.packages = json.loads(Path(f"{prefix}.package.json").read_text())

    def __len__(self):
        return len(self.kind)


def read_vocabulary(directory):
    """{"documents": n, "words": [...], "frequencies": [...]}, words in the order of their rows."""
    return json.loads((Path(directory) / "vocabulary.json").read_text())


def gather(column, rows):
    """All entries of some rows: (position of the row in `rows`, word id, weight), each an array over the entries."""
    lengths = column.lengths[rows]
    position = np.repeat(np.arange(len(rows)), lengths)
    ends = np.cumsum(lengths)
    at = np.arange(len(position)) - np.repeat(ends - lengths, lengths) + np.repeat(column.starts[rows], lengths)
    return position, column.ids[at], column.weights[at]
