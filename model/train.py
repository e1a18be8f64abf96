"""Trains the table of word vectors: python3 model/train.py --tokens DIRECTORY --out table.npy.

InfoNCE in both directions between the sum of a question's rows and the sum of an answer's rows, over batches of groups of pairs from
one package (hard negatives). The learned length of a row is its word's weight. Deterministic for a seed and a number of threads.
Writes a float32 array of (words, dimensions).
"""

import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F

from columns import KINDS, Pairs, gather, read_vocabulary

# What people put around a question, which must not move its vector.
QUESTION_WORDS = "where is how do i what which when does the find code that for why can we in function to of implement handl".split()


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--group", type=int, default=32)
    parser.add_argument("--rate", type=float, default=0.006)
    parser.add_argument("--temperature", type=float, default=0.06)
    parser.add_argument("--query-dropout", type=float, default=0.15)
    parser.add_argument("--code-dropout", type=float, default=0.1)
    parser.add_argument("--code-words", type=int, default=56)
    parser.add_argument("--name-share", type=float, default=0.4)
    parser.add_argument("--rest-share", type=float, default=0.3)
    parser.add_argument("--path-share", type=float, default=0.3)
    parser.add_argument("--rest-as-query", type=float, default=0.0, help="share of questions from the rest of the comment")
    parser.add_argument("--name-as-query", type=float, default=0.0, help="share of questions that are the function's name")
    parser.add_argument("--comment-in-answer", type=float, default=0.0, help="share of answers with a part of the question's words")
    parser.add_argument("--question-share", type=float, default=0.0)
    parser.add_argument("--same-file", type=float, default=0.0)
    parser.add_argument("--exclude", default="", help="kinds to leave out, separated by commas")
    parser.add_argument("--repeat", default="", help="kind=times, separated by commas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


class Sampler:
    """Makes batches; all chance comes from its one generator."""

    def __init__(self, pairs, given, vocabulary):
        self.pairs, self.given = pairs, given
        given.vocabulary_size = len(vocabulary["words"])
        self.chance = np.random.default_rng(given.seed)
        excluded = [KINDS.index(kind) for kind in given.exclude.split(",") if kind]
        rows = np.where(~np.isin(pairs.kind, excluded))[0]
        rows = rows[(pairs.fields["query"].lengths[rows] > 1) & (pairs.fields["code"].lengths[rows] > 2)]
        parts = [rows]
        for entry in filter(None, given.repeat.split(",")):
            kind, times = entry.split("=")
            parts += [rows[pairs.kind[rows] == KINDS.index(kind)]] * (int(times) - 1)
        self.rows = np.concatenate(parts)
        row_of = {word: row for row, word in enumerate(vocabulary["words"])}
        self.question = np.array([row_of[word] for word in QUESTION_WORDS if word in row_of], np.int32)

    def batches(self):
        """Rows of one batch after another, without end: groups of pairs of one package, some of them neighbours in a file."""
        group, pairs = self.given.group, self.pairs
        while True:
            chance = self.chance.random(len(self.rows))
            in_file = self.chance.random(len(pairs.packages) + 1)[pairs.package[self.rows]] < self.given.same_file
            within = np.where(in_file, self.chance.random(pairs.file.max() + 1)[pairs.file[self.rows]], chance)
            order = self.rows[np.lexsort((chance, within, pairs.package[self.rows]))]
            groups = order[: len(order) // group * group].reshape(-1, group)
            groups = groups[self.chance.permutation(len(groups))]
            size = self.given.batch // group
            for at in range(0, len(groups) - size + 1, size):
                yield groups[at : at + size].reshape(-1)

    def draw(self, rows):
        """(questions, answers) of some rows, each as (word ids, offsets, weights)."""
        given, chance, fields = self.given, self.chance, self.pairs.fields
        kind = chance.random(len(rows))
        by_name = (kind < given.name_as_query) & (fields["name"].lengths[rows] > 1)
        by_rest = ~by_name & (kind > 1 - given.rest_as_query) & (fields["rest"].lengths[rows] > 5)
        by_query = ~by_name & ~by_rest
        return self.questions(rows, by_query, by_rest, by_name), self.answers(rows, by_rest, by_name)

    def questions(self, rows, by_query, by_rest, by_name):
        given, chance = self.given, self.chance
        entries = [self.entries("query", rows, by_query), self.entries("rest", rows, by_rest)]
        entries = [kept(entry, chance.random(len(entry[0])) > given.query_dropout) for entry in entries]
        entries.append(self.entries("name", rows, by_name))
        if given.question_share > 0:
            asked = np.where(chance.random(len(rows)) < given.question_share)[0]
            position = np.repeat(asked, 3)
            words = chance.choice(self.question, len(position))
            entries.append((position, words, np.ones(len(position), np.float32)))
        return bags(entries, len(rows))

    def answers(self, rows, by_rest, by_name):
        given, chance = self.given, self.chance
        code = self.entries("code", rows, 1)
        lengths = self.pairs.fields["code"].lengths[rows]
        share = np.minimum(1, given.code_words / np.maximum(lengths, 1)) * (1 - given.code_dropout)
        keep = chance.random(len(code[0])) < share[code[0]]
        if given.name_as_query > 0:
            # Its own name would give the answer away; its parts in the body are half of what a search goes by.
            keep &= ~(self.is_of_name(code, rows, by_name) & (chance.random(len(keep)) < 0.5))
        entries = [kept(code, keep)]
        shares = {
            "name": np.where(by_name, 0, given.name_share),
            "rest": np.where(by_rest, 0, given.rest_share),
            "path": given.path_share,
        }
        for field, field_share in shares.items():
            entries.append(self.entries(field, rows, field_share))
        comment = self.entries("query", rows, np.where(by_name | by_rest, 0.7, given.comment_in_answer))
        part = np.where(by_name | by_rest, 0.9, 0.4)[comment[0]]
        entries.append(kept(comment, chance.random(len(part)) < part))
        return bags(entries, len(rows))

    def is_of_name(self, entry, rows, by_name):
        words = self.given.vocabulary_size
        position, ids, _ = self.entries("name", rows, by_name)
        return np.isin(entry[0] * words + entry[1], position * words + ids)

    def entries(self, field, rows, share):
        entry = gather(self.pairs.fields[field], rows)
        chosen = self.chance.random(len(rows)) < share
        return kept(entry, chosen[entry[0]])


def kept(entry, mask):
    return tuple(part[mask] for part in entry)


def bags(entries, count):
    position, ids, weights = (np.concatenate([entry[part] for entry in entries]) for part in range(3))
    order = np.argsort(position, kind="stable")
    offsets = np.searchsorted(position[order], np.arange(count))
    return torch.from_numpy(ids[order]).long(), torch.from_numpy(offsets), torch.from_numpy(weights[order])


def first_table(vocabulary, dimensions):
    idf = np.log(1 + vocabulary["documents"] / np.maximum(vocabulary["frequencies"], 1))
    start = torch.randn(len(idf), dimensions) / dimensions**0.5
    return start * torch.tensor((idf / idf.mean()).astype(np.float32))[:, None]


def train(given):
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    pairs, vocabulary = Pairs(given.tokens, "train"), read_vocabulary(given.tokens)
    sampler = Sampler(pairs, given, vocabulary)
    table = torch.nn.EmbeddingBag(len(vocabulary["words"]), given.dimensions, mode="sum")
    with torch.no_grad():
        table.weight.copy_(first_table(vocabulary, given.dimensions))
    optimiser = torch.optim.Adam(table.parameters(), lr=given.rate, betas=(0.9, 0.99))
    target = torch.arange(given.batch)
    loss_sum, right, begun = 0.0, 0.0, time.time()
    if len(sampler.rows) < given.batch:
        raise SystemExit(f"{len(sampler.rows)} usable pairs do not fill a batch of {given.batch}: harvest more, or lower --batch.")
    print(f"{len(sampler.rows)} pairs, {given.steps * given.batch / len(sampler.rows):.2f} epochs", flush=True)
    for step, rows in zip(range(1, given.steps + 1), sampler.batches()):
        for group in optimiser.param_groups:
            group["lr"] = given.rate * min(1, step / 50) * max(0.03, 1 - step / given.steps)
        vectors = [F.normalize(table(ids, offsets, per_sample_weights=weights), dim=1)
                   for ids, offsets, weights in sampler.draw(rows)]
        scores = vectors[0] @ vectors[1].t() / given.temperature
        loss = (F.cross_entropy(scores, target) + F.cross_entropy(scores.t(), target)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        loss_sum, right = loss_sum + loss.item(), right + (scores.argmax(1) == target).float().mean().item()
        if step % 100 == 0:
            print(f"{time.time() - begun:.0f} s, step {step}, loss {loss_sum / 100:.3f}, right {right / 100:.3f}", flush=True)
            loss_sum = right = 0.0
    return table.weight.detach().numpy()


if __name__ == "__main__":
    arguments = options()
    np.save(arguments.out, train(arguments))
