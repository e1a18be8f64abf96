import { expect, test } from "vitest";
import { randomNumbers } from "../../../test/fixtures/random.ts";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import { ScanMemory } from "./scan-memory.ts";
import { scanProgram } from "./scan-program.ts";
import { pageBytes, webAssembly, type WebAssemblyEngine } from "./web-assembly.ts";

function requireEngine(): WebAssemblyEngine {
  const engine = webAssembly();
  if (engine === null) throw new Error("This Node has no WebAssembly.");
  return engine;
}

function openMemory(engine = requireEngine()): ScanMemory {
  return new ScanMemory(engine, Buffer.from(scanProgram, "base64"));
}

test("spans never overlap, and freed ones are used again", () => {
  const memory = openMemory();
  const random = randomNumbers(5);
  const used = new Map<number, number>();
  const flaws: string[] = [];
  let [held, most] = [0, 0];
  for (let step = 0; step < 1_500; step++) {
    if (used.size > 0 && random(2) === 0) {
      const address = [...used.keys()][random(used.size)] ?? 0;
      held -= used.get(address) ?? 0;
      used.delete(address);
      memory.release(address);
    } else {
      const size = 1 + random(40_000);
      const address = memory.allocate(size);
      const overlaps = [...used].filter(([other, length]) => address < other + length && other < address + size);
      if (address % 16 !== 0 || address + size > memory.sizeBytes || overlaps.length > 0)
        flaws.push(`${size} bytes at ${address} of ${memory.sizeBytes}, ${overlaps.length} overlaps`);
      used.set(address, size);
      held += size;
    }
    most = Math.max(most, held);
  }
  expect(flaws).toEqual([]);
  expect(memory.sizeBytes).toBeLessThan(most * 2 + pageBytes);
});

test("neighbours that are freed in any order become one span", () => {
  const memory = openMemory();
  const kept = memory.allocate(16);
  const addresses = Array.from({ length: 6 }, () => memory.allocate(100_000));
  const before = memory.sizeBytes;
  for (const index of [1, 4, 0, 3, 5, 2]) memory.release(addresses[index] ?? -1);
  memory.allocate(600_000);
  expect(memory.sizeBytes).toBe(before);
  memory.release(kept);
});

test("when nothing is in use the memory is gone, and comes back when it is asked for", () => {
  const memory = openMemory();
  memory.release(memory.allocate(5_000_000));
  expect(memory.sizeBytes).toBe(0);
  const address = memory.allocate(1_000);
  memory.views.bytes.fill(3, address, address + 1_000);
  expect(memory.program.squares(address, 992)).toBe(992 * 9);
});

test("memory that cannot be had is an error, and what was there is there still", () => {
  const memory = openMemory();
  const address = memory.allocate(64);
  memory.views.bytes.fill(7, address, address + 64);
  const error = thrownBy(() => memory.allocate(5e9));
  expect([error.code, error.message]).toEqual(["INTERNAL", "There is no memory for 5000 MB of vectors."]);
  expect(memory.views.bytes.slice(address, address + 64)).toEqual(new Int8Array(64).fill(7));
  expect(memory.allocate(1_000)).toBeGreaterThan(0);
});

test("only what was allocated can be released, once", () => {
  const memory = openMemory();
  const address = memory.allocate(64);
  memory.allocate(64);
  memory.release(address);
  expect(thrownBy(() => memory.release(address)).code).toBe("INTERNAL");
  expect(thrownBy(() => memory.release(8)).code).toBe("INTERNAL");
});
