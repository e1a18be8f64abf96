import { expect, test } from "vitest";
import { endings, Fleet } from "../fixtures/fleet.ts";

// The long version, with a hundred, is test/slow/lifecycle.test.ts.
test("nothing is left of sessions, in whatever way each of them ends", { timeout: 180_000 }, async () => {
  const fleet = await Fleet.open({ size: endings.length, filesInIngest: 60 });
  try {
    const before = await fleet.remains();
    expect(before).toMatchObject({ processes: [], sessions: 0, works: 0, temporaryCollections: [], uses: 0 });
    const tools = await fleet.start();
    await fleet.work();
    const busy = await fleet.remains();
    expect(busy).toMatchObject({ sessions: tools.length, temporaryCollections: { length: tools.length } });
    expect(busy.openFiles).toBeGreaterThan(before.openFiles);
    await fleet.end();
    await fleet.settle(before, 60_000);
    expect(await fleet.remains()).toEqual(before);
  } finally {
    await fleet.close();
  }
});
