"""Scores tables on the development split: python3 model/evaluate.py --tokens DIRECTORY TABLE.npy|TABLE.bin ...

For each kind of pair and each language: questions against all answers of that kind and language in the development packages (at most
3,000, chosen by a fixed seed), of which 500 are asked. Mean reciprocal rank of BM25, of the table, and of both fused as the product
fuses them (min-max, half each). Answers are the code without its comment, with name and file name, as the product embeds them."""

import argparse

import numpy as np

from columns import KINDS, Pairs, gather, read_vocabulary
from table_file import dequantise, quantise, read_table

MAX_POOL, MAX_ASKED, MIN_POOL = 3000, 500, 80


def pools(pairs):
    chance = np.random.default_rng(7)
    usable = (pairs.fields["query"].lengths > 1) & (pairs.fields["code"].lengths > 2)
    for kind, name in enumerate(KINDS):
        for language, language_name in enumerate(pairs.languages):
            rows = np.where(usable & (pairs.kind == kind) & (pairs.language == language))[0]
            if len(rows) < MIN_POOL:
                continue
            rows = chance.permutation(rows)[:MAX_POOL]
            yield f"{name} {language_name}", rows, rows[:MAX_ASKED]


def answer_entries(pairs, rows):
    parts = [gather(pairs.fields[field], rows) for field in ("code", "name", "path")]
    return tuple(np.concatenate([part[at] for part in parts]) for at in range(3))


def dense(table, entries, count):
    position, ids, weights = entries
    sums = np.zeros((count, table.shape[1]), np.float32)
    np.add.at(sums, position, table[ids] * weights[:, None])
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)


def word_matrix(entries, count, words):
    position, ids, weights = entries
    matrix = np.zeros((count, words), np.float32)
    np.add.at(matrix, (position, ids), np.exp(weights - 1))
    return matrix


def bm25(pairs, asked, rows, k1=2.0, b=0.75):
    """Scores (asked, rows), over the words that the questions hold."""
    question, answer = gather(pairs.fields["query"], asked), answer_entries(pairs, rows)
    words, number = np.unique(question[1], return_inverse=True)
    column = np.searchsorted(words, answer[1])
    known = (column < len(words)) & (words[np.minimum(column, len(words) - 1)] == answer[1])
    lengths = np.bincount(answer[0], np.exp(answer[2] - 1), len(rows))
    counts = word_matrix((answer[0][known], column[known], answer[2][known]), len(rows), len(words))
    holding = (counts > 0).sum(0)
    idf = np.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
    saturated = counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths / lengths.mean())[:, None])
    asks = np.zeros((len(asked), len(words)), np.float32)
    asks[question[0], number] = 1
    # Words that every second answer holds stand for the product's stop-words.
    asks[:, holding > 0.5 * len(rows)] = 0
    return asks @ (saturated * idf).T


def scaled(scores):
    low, high = scores.min(1, keepdims=True), scores.max(1, keepdims=True)
    return (scores - low) / np.maximum(high - low, 1e-9)


def mean_reciprocal_rank(scores):
    own = scores[np.arange(len(scores)), np.arange(len(scores))]
    return float((1 / (1 + (scores > own[:, None]).sum(1))).mean())


def evaluate(pairs, tables):
    """[(pool, answers, bm25, [(dense, fused) of each table])]"""
    lines = []
    for name, rows, asked in pools(pairs):
        entries = answer_entries(pairs, rows)
        words = bm25(pairs, asked, rows)
        of_tables = []
        for table in tables:
            vectors = dense(table, entries, len(rows))
            near = dense(table, gather(pairs.fields["query"], asked), len(asked)) @ vectors.T
            of_tables.append((mean_reciprocal_rank(near), mean_reciprocal_rank(scaled(words) + scaled(near))))
        lines.append((name, len(rows), mean_reciprocal_rank(words), of_tables))
    return lines


def load(path, vocabulary):
    if path.endswith(".bin"):
        _, words, table = read_table(path)
        row_of = {word: row for row, word in enumerate(words)}
        return np.stack([table[row_of[w]] if w in row_of else np.zeros(table.shape[1], np.float32) for w in vocabulary])
    return dequantise(*quantise(np.load(path)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    vocabulary = read_vocabulary(given.tokens)["words"]
    results = evaluate(Pairs(given.tokens, "dev"), [load(path, vocabulary) for path in given.tables])
    if not given.brief:
        for name, count, words, of_tables in results:
            print(f"{name:24} {count:5} bm25 {words:.3f}", *(f"| {d:.3f} {f:.3f}" for d, f in of_tables))
    for group in (None, "function", "section", "inline", "error", "test", "class", "file", "declaration"):
        chosen = [line for line in results if group is None or line[0].startswith(group)]
        if chosen:
            means = np.mean([[pair for pair in line[3]] for line in chosen], axis=0)
            print(f"{group or 'all':11} bm25 {np.mean([line[2] for line in chosen]):.4f}", *(f"| {d:.4f} {f:.4f}" for d, f in means))
