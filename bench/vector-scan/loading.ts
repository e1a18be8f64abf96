import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, openConnection } from "../../src/catalog/connection.ts";
import { migrate } from "../../src/catalog/migrations.ts";
import { createVectorColumns } from "../../src/catalog/vector-columns.ts";
import type { VectorScan } from "../../src/search/vector-scan/vector-scan.ts";

const rounds = 5;

export interface LoadingTimes {
  /** Milliseconds of reading all vectors and scoring one query: median and best of some rounds. */
  readonly medianMs: number;
  readonly bestMs: number;
}

/** Reads the vectors of one segment from a catalog's database, as the first question about it does. */
export function timeLoading(scan: VectorScan, data: Int8Array, dimensions: number): LoadingTimes {
  const directory = mkdtempSync(join(tmpdir(), "commons-bench-"));
  try {
    const writer = openConnection({ directory, isReadOnly: false });
    migrate(writer);
    const slots = store(writer, data, dimensions);
    writer.close();
    const reader = openConnection({ directory, isReadOnly: true });
    const segment = { id: 1, slots, textIds: Uint32Array.from({ length: slots }, (_, index) => index + 1) };
    const times = Array.from({ length: rounds }, () => {
      const columns = createVectorColumns(reader, scan);
      const start = performance.now();
      columns.scores(segment, "bench", new Float32Array(dimensions).fill(1));
      const timeMs = performance.now() - start;
      columns.clear();
      return timeMs;
    }).toSorted((a, b) => a - b);
    reader.close();
    return { medianMs: Math.round(times[rounds >> 1] ?? 0), bestMs: Math.round(times[0] ?? 0) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function store(connection: Connection, data: Int8Array, dimensions: number): number {
  const insertText = connection.prepare("INSERT INTO texts (id, hash, text) VALUES (?, ?, '')");
  const insert = connection.prepare("INSERT INTO vectors (text_id, model, scale, data) VALUES (?, 'bench', 1, ?)");
  const slots = data.length / dimensions;
  connection.write(() => {
    for (let slot = 0; slot < slots; slot++) {
      insertText.run(slot + 1, Buffer.from(`${slot}`));
      insert.run(slot + 1, data.subarray(slot * dimensions, (slot + 1) * dimensions));
    }
  });
  return slots;
}
