"""The table as the product reads it: rows of 4-bit numbers, each with its scale. See model/README.md for the layout."""

import json

import numpy as np

MAGIC = b"CCTABLE1"
CLIP_SIGMAS = 2.8


def quantise(table, clip_sigmas=CLIP_SIGMAS):
    """(levels int8 -8..7, scales float32) of a float table; a value is level x scale. Values beyond the clip are cut off."""
    limit = np.minimum(np.abs(table).max(1), clip_sigmas * table.std(1))
    scales = np.maximum(limit / 7, 1e-12).astype(np.float32)
    levels = np.clip(np.rint(table / scales[:, None]), -8, 7).astype(np.int8)
    return levels, scales


def dequantise(levels, scales):
    return levels.astype(np.float32) * scales[:, None]


def write_table(path, words, levels, scales, name):
    count, dimensions = levels.shape
    vocabulary = "\n".join(words).encode()
    header = {"id": name, "words": count, "dimensions": dimensions, "bits": 4, "buckets": 0, "vocabularyBytes": len(vocabulary)}
    head = json.dumps(header, separators=(",", ":")).encode()
    start = MAGIC + len(head).to_bytes(4, "little") + head
    start += b"\0" * (-len(start) % 16)
    nibbles = levels.astype(np.uint8) & 15
    rows = (nibbles[:, 0::2] | nibbles[:, 1::2] << 4).astype(np.uint8)
    with open(path, "wb") as file:
        file.write(start + scales.astype("<f4").tobytes() + rows.tobytes() + vocabulary)


def read_table(path):
    """(header, words, float32 table) of such a file."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:8] != MAGIC:
        raise ValueError(f"{path} is no word table")
    length = int.from_bytes(content[8:12], "little")
    header = json.loads(content[12 : 12 + length])
    at = (12 + length + 15) // 16 * 16
    count, dimensions = header["words"] + header["buckets"], header["dimensions"]
    scales = np.frombuffer(content, "<f4", count, at)
    at += 4 * count
    rows = np.frombuffer(content, np.uint8, count * dimensions // 2, at).reshape(count, -1)
    levels = np.empty((count, dimensions), np.int8)
    levels[:, 0::2], levels[:, 1::2] = (rows & 15) ^ 8, (rows >> 4) ^ 8
    words = content[at + rows.size : at + rows.size + header["vocabularyBytes"]].decode().split("\n")
    return header, words, dequantise(levels - 8, scales)
