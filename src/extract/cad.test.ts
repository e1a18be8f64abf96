import { expect, test } from "vitest";
import { extract, extracted, fileOf, reasonOf } from "../../test/fixtures/extraction.ts";
import {
  binaryPly,
  binaryStl,
  cadSamples,
  dxfDrawing,
  glb,
  gltfModel,
  igesModel,
  ifcModel,
  objModel,
  stepModel,
  textPly,
  textStl,
  threeMf,
} from "../../test/fixtures/samples/cad.ts";
import { extractFile } from "./registry.ts";

const box = { sizeX: 40, sizeY: 22, sizeZ: 8, minX: 0, minY: 0, minZ: 0, maxX: 40, maxY: 22, maxZ: 8 };

test.each([
  ["parts/bracket.stl", binaryStl(), '3D model (STL, binary) "bracket": 2 triangles, 40 x 22 x 8 (units unknown).'],
  ["parts/text.stl", textStl, '3D model (STL, text) "bracket": 2 triangles, 40 x 22 x 8 (units unknown).'],
  [
    "parts/bracket.obj",
    objModel,
    "3D model (Wavefront OBJ): 4 vertices, 2 faces, 2 objects, 2 materials, 40 x 22 x 8 (units unknown).",
  ],
  [
    "parts/scan.ply",
    textPly,
    '3D model (PLY) "scanned bracket": ascii, 4 vertices, 2 faces, 40 x 22 x 8 (units unknown).',
  ],
  [
    "parts/scan.ply",
    binaryPly(true),
    '3D model (PLY) "scanned bracket": binary little endian, 4 vertices, 2 faces, 40 x 22 x 8 (units unknown).',
  ],
  [
    "parts/scan.ply",
    binaryPly(false),
    '3D model (PLY) "scanned bracket": binary big endian, 4 vertices, 2 faces, 40 x 22 x 8 (units unknown).',
  ],
  [
    "parts/bracket.3mf",
    threeMf(),
    '3D model (3MF) "Bracket & plate": 2 triangles, 1 object, 1 item to build, 40 x 22 x 8 millimeter.',
  ],
])("%s is one record with a sentence, and its size in numbers", async (path, bytes, sentence) => {
  const document = await extracted(path, bytes);
  expect(document.text.split("\n").slice(0, 2)).toEqual([path, sentence]);
  expect(document.metadata).toMatchObject(box);
  expect(document).toMatchObject({ category: "cad", content: { unit: "record" } });
});

test("the names inside of a model are found", async () => {
  expect((await extracted("a.obj", objModel)).text).toContain(
    "Objects: Bracket, Plate\nGroups: left, right\nMaterials: Steel, Brass\nMaterial libraries: bracket.mtl\n",
  );
  expect((await extracted("a.3mf", threeMf())).text).toContain(
    "Objects: Left arm\nMaterials: PLA blue\nFacts: Designer: Ada, Description: Holds the lamp\n",
  );
});

test("a glTF model tells counts, names, generator and size, as text and binary alike", async () => {
  const [asText, asBinary] = [
    await extracted("arm.gltf", JSON.stringify(gltfModel)),
    await extracted("arm.gltf", glb()),
  ];
  expect(asText.text).toContain(
    '"Workshop": 2 triangles, 2 nodes, 1 mesh, 1 material, 1 texture, 1 animation, made by Blender 4.2, 0.04 x 0.022 x 0.008 m.',
  );
  expect(asText.text).toContain(
    "Nodes: Arm, Lamp\nMeshes: ArmMesh\nMaterials: Steel\nAnimations: Swing\nImages: steel.png\n",
  );
  expect(asBinary.text).toBe(asText.text.replace("glTF 2.0", "glTF 2.0, binary"));
  expect(asBinary.metadata).toMatchObject({ format: "glb", meshes: 1, nodes: 2, generator: "Blender 4.2" });
});

test("a glTF model is as large as its nodes make it", async () => {
  const half = Math.SQRT1_2;
  const nodes = [
    { mesh: 0, scale: [10, 10, 10] },
    // A quarter turn about z, and a step aside.
    { children: [0, 1], rotation: [0, 0, half, half], translation: [5, 0, 0] },
    { mesh: 0, translation: [1_000, 0, 0] },
  ];
  const placed = { ...gltfModel, nodes };
  // x and y change places; the node outside of the scene and the one that is its own child count for nothing more.
  expect((await extracted("arm.gltf", JSON.stringify(placed))).metadata).toMatchObject({
    sizeX: 0.22,
    sizeY: 0.4,
    sizeZ: 0.08,
    minX: 4.78,
    maxX: 5,
    units: "m",
  });
  const matrix = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 7, 0, 0, 1];
  expect((await extracted("arm.glb", glb({ ...placed, nodes: [{}, { mesh: 0, matrix }] }))).metadata).toMatchObject({
    sizeX: 0.08,
    minX: 7,
  });
});

test("a STEP file tells its header and its products, with their own characters", async () => {
  const { text, metadata } = await extracted("bracket.step", stepModel);
  expect(text).toContain(
    '3D model (STEP) "bracket.step": 6 entities, schema AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }, lengths in mm, by Ada Lovelace, of Analytical Works, Unit 2, made with FreeCAD 1.0, dated 2024-07-14T09:30:00, described as "Bracket for the lamp".',
  );
  expect(text).toContain("Products: Bracket; left, Gehäuse\n");
  expect(metadata).toMatchObject({ author: "Ada Lovelace", entities: 6, system: "FreeCAD 1.0", units: "mm" });
});

test("an IFC model tells its project, storeys, spaces and materials", async () => {
  const { text, metadata } = await extracted("house.ifc", ifcModel);
  expect(text).toContain("Projects: School extension\nStoreys: Ground floor\nSpaces: Gym\nMaterials: Concrete\n");
  expect(metadata).toMatchObject({ format: "ifc", units: "mm", author: "Bob" });
});

test("an IGES file tells its start and global sections", async () => {
  const { text, metadata } = await extracted("bracket.igs", igesModel);
  expect(text).toContain(
    '3D model (IGES) "BRACKET-7": 2 entities, lengths in mm, by Ada Lovelace, of Analytical Works, made with SolidWorks, 2024, dated 2024-07-14, described as "Bracket for the lamp".',
  );
  expect(metadata).toMatchObject({ fileName: "bracket.igs", entities: 2 });
});

test("a DXF drawing tells layers, blocks, texts, units and extents", async () => {
  const { text, metadata } = await extracted("flat.dxf", dxfDrawing);
  expect(text).toContain(
    "Drawing (DXF, AutoCAD 2013): 4 entities, 3 layers, 1 block, 2 texts, 120.5 x 50 x 0 mm.\nLayers: Walls, Wiring, Notes\nBlocks: Door 90\nEntities: LINE (2), TEXT (1), MTEXT (1)\nTexts: Kitchen 12°, Fuse box ground floor\n",
  );
  expect(metadata).toMatchObject({ entities: 4, layers: 3, sizeX: 120.5, units: "mm" });
});

test("a drawing that says no extents is measured by its entities", async () => {
  const bare = dxfDrawing.replaceAll("$EXTM", "$PEXTM");
  expect((await extracted("flat.dxf", bare)).text).toContain("2 texts, 89 x 28 x 0 mm.");
});

test("a DWG drawing is found by name, size and release", async () => {
  expect((await extracted("plans/old.dwg", `AC1027${"\0".repeat(94)}`)).text).toBe(
    "plans/old.dwg\nDrawing or 3D model (DWG): AutoCAD 2013, 100 bytes.\n",
  );
});

test("models that are cut short or nothing of the kind are damaged", async () => {
  for (const path of ["a.stl", "a.ply", "a.3mf", "a.gltf", "a.glb", "a.step", "a.ifc", "a.igs", "a.dxf", "a.obj"])
    expect([path, await reasonOf(path, "just some words\nof text\n")]).toEqual([path, "damaged"]);
  expect(await reasonOf("a.stl", binaryStl().subarray(0, 120))).toBe("damaged");
  expect(await reasonOf("a.stl", textStl.slice(0, -20))).toBe("damaged");
  expect(await reasonOf("a.ply", textPly.slice(0, -40))).toBe("damaged");
  expect(await reasonOf("a.ply", binaryPly(true).subarray(0, 250))).toBe("damaged");
  expect(await reasonOf("a.3mf", threeMf().subarray(0, 300))).toBe("damaged");
  expect(await reasonOf("a.glb", glb().subarray(0, 100))).toBe("damaged");
  expect(await reasonOf("a.dxf", dxfDrawing.slice(0, -30))).toBe("damaged");
});

test("a compiler's output with the ending of a model is binary", async () => {
  expect(await reasonOf("main.obj", Buffer.from([0x64, 0x86, 3, 0, 0, 0, 0, 0, 1, 2, 3, 0]))).toBe("binary");
});

test("counts that lie cost nothing and are no counts", async () => {
  const lying = binaryStl();
  lying.writeUInt32LE(0xffffffff, 80);
  expect(await reasonOf("a.stl", lying)).toBe("damaged");
  expect(await reasonOf("a.ply", textPly.replace("vertex 4", "vertex 4000000000"))).toBe("damaged");
  expect(await reasonOf("a.ply", binaryPly(true).toString("latin1").replace("vertex 4", "vertex 1e300"))).toBe(
    "damaged",
  );
});

test("a binary STL whose header says solid is read as binary", async () => {
  expect((await extracted("a.stl", binaryStl("solid by exporter"))).metadata).toMatchObject({
    format: "stl-binary",
    triangles: 2,
  });
});

test("a model of more bytes than a reader looks at says that its counts are partial", async () => {
  const line = Buffer.from("v 1 2 3\n".repeat(131_072));
  const sizeBytes = 300_000_000;
  const file = {
    ...fileOf("huge.obj", ""),
    sizeBytes,
    read: async (offset: number, length: number) => line.subarray(0, Math.min(length, sizeBytes - offset)),
  };
  const extraction = await extractFile(file);
  expect(extraction).toMatchObject({ document: { content: { metadata: { isPartial: true, vertices: 16_000_000 } } } });
}, 180_000);

test("a 3MF bomb is read up to its limit, and says so", async () => {
  const bomb = threeMf(`<model unit="inch">${`<triangle/>${" ".repeat(100_000)}`.repeat(1_500)}</model>`);
  expect(bomb.length).toBeLessThan(1_000_000);
  const { text, metadata } = await extracted("bomb.3mf", bomb);
  expect(text).toContain("counted in the first 100 MB of its XML");
  expect(metadata).toMatchObject({ isPartial: true });
});

test("a thousand names do not fill a record", async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `o object-${index}\nv 1 2 3\n`).join("");
  const { text, metadata } = await extracted("a.obj", many);
  expect(text).toContain("object-499, and 500 more\n");
  expect(metadata).toMatchObject({ objects: 1_000 });
});

test("every sample of a model is a document", async () => {
  for (const { path, bytes } of cadSamples)
    expect([path, (await extract(path, await bytes())).kind]).toEqual([path, "document"]);
});

test("a triangle that lies across two blocks of a binary file counts for the bounding box", async () => {
  const triangles = 50_000;
  const bytes = Buffer.alloc(84 + 50 * triangles);
  bytes.writeUInt32LE(triangles, 80);
  // Blocks are of one MiB behind the header: this triangle is cut in its second corner.
  const across = Math.floor(1_048_576 / 50);
  bytes.writeFloatLE(123, 84 + across * 50 + 24);
  bytes.writeFloatLE(-7, 84 + across * 50 + 28);
  expect((await extracted("a.stl", bytes)).metadata).toMatchObject({ triangles, maxX: 123, minY: -7, maxZ: 0 });
});
