import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exifSegment, type Field, jpegBytes, tiffBytes } from "../fixtures/samples/image-bytes.ts";
import { type Agent, World } from "../fixtures/world.ts";

interface Shot {
  readonly make: string;
  readonly model: string;
  /** On the camera's clock: "2024:07:14 22:05:00". */
  readonly taken: string;
  /** Decimal degrees north and east. */
  readonly at?: readonly [latitude: number, longitude: number];
  readonly aperture?: number;
}

const paris = [48.8584, 2.2945] as const;
const canon = { make: "Canon", model: "Canon EOS R5" };
const dusk = "2024:07:14 22:05:00";

let world: World;
let root: string;
let agent: Agent;

beforeAll(async () => {
  world = await World.open();
  root = await world.workspace("photos", {
    "notes/readme.md": "Photos of July in Paris, taken with a Canon at dusk.\n",
  });
  await store("trip/IMG_0001.jpg", { ...canon, taken: dusk, at: paris, aperture: 1.8 });
  await store("trip/IMG_0002.jpg", { ...canon, taken: "2024:07:14 12:05:00", at: paris });
  await store("trip/IMG_0003.jpg", { ...canon, taken: "2024:02:14 22:05:00", at: paris });
  await store("trip/IMG_0004.jpg", { ...canon, taken: dusk, at: [45.76, 4.84] });
  await store("trip/IMG_0005.jpg", { make: "NIKON CORPORATION", model: "NIKON D850", taken: dusk, at: paris });
  for (let at = 0; at < 12; at++)
    await store(`park/IMG_${101 + at}.jpg`, { ...canon, taken: `2023:05:01 10:00:${String(10 + at)}` });
  agent = await world.agent(root);
  await agent.call("quick_load", { path: ".", categories: ["images"], collection: "vacation" });
});
afterAll(() => world.close());

async function store(path: string, { make, model, taken, at, aperture }: Shot): Promise<void> {
  const exif: Field[] = [
    [0x9003, 2, taken],
    ...(aperture === undefined ? [] : [[0x829d, 5, [[Math.round(aperture * 10), 10]]] as Field]), // Safe: a fraction.
  ];
  const degrees = (value: number): Field[2] => [
    [Math.round(value * 10_000), 10_000],
    [0, 1],
    [0, 1],
  ];
  const gps: Field[] =
    at === undefined
      ? []
      : [
          [1, 2, "N"],
          [2, 5, degrees(at[0])],
          [3, 2, "E"],
          [4, 5, degrees(at[1])],
        ];
  const image: Field[] = [
    [0x10f, 2, make],
    [0x110, 2, model],
  ];
  const tiff = tiffBytes({ image, exif, ...(gps.length === 0 ? {} : { gps }) });
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), jpegBytes({ segments: [exifSegment(tiff)] }));
}

const search = (query: string, rest: Record<string, unknown> = {}) =>
  agent.call("search_context", { query, collection: "vacation", ...rest });

test("the question of the documentation is answered by the one photo that it describes", async () => {
  const answer = await search("photos taken with Canon in July near Paris at dusk");
  expect(answer).toContain("[1] trip/IMG_0001.jpg");
  expect(answer).toContain("2024-07-14 22:05 (dusk), Canon EOS R5, f/1.8");
  expect(answer).toContain("near Paris, France (48.8584, 2.2945)");
  expect(answer).not.toContain("[2]");
  expect(answer).toMatch(/Read as camera Canon; taken in July; within 36 km of Paris, France; at dusk: 1 photo/);
});

test("a condition that no photo has is left out, and said", async () => {
  const answer = await search("photos taken with Canon in July near Paris at f/16");
  expect(answer).toContain("No photo is all that was asked; left out: f/16.");
  expect(answer).toContain("trip/IMG_0002.jpg");
  expect(answer).not.toContain("IMG_0005");
});

test("a burst is one hit that names all of it, also where one hit is asked for", async () => {
  const answer = await search("Canon photos from May 2023", { limit: 1 });
  expect(answer).toContain("burst of 12 photos: IMG_101.jpg to IMG_112.jpg");
  expect(answer).not.toContain("More are found");
});

test("filters by the metadata of photos work as they are", async () => {
  const where = { $and: [{ takenMonth: 7 }, { latitude: { $gt: 48 } }, { camera: { $ne: "NIKON D850" } }] };
  const answer = await search("photo", { where, mode: "keyword" });
  expect(answer).toContain("IMG_0001");
  expect(answer).toContain("IMG_0002");
  expect(answer).not.toMatch(/IMG_000[345]/);
});

test("the command line answers the same, and words in quotes are words", async () => {
  await world.commons(["ingest", "--collection", "kept"], { cwd: root });
  const run = (...query: string[]) => world.commons(["search", "--collection", "kept", ...query], { cwd: root });
  const asked = await run("photos taken with Canon in July near Paris at dusk");
  expect(asked.stdout).toMatch(/^trip\/IMG_0001\.jpg/);
  expect(asked.stdout).toContain("Read as camera Canon");
  expect(asked.stdout).toContain("2024-07-14 22:05 (dusk), Canon EOS R5");
  const quoted = await run('"July in Paris"');
  expect(quoted.stdout).toMatch(/^notes\/readme\.md/);
  expect(quoted.stdout).not.toContain("Read as");
});
