import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree, withClosed } from "../../test/fixtures/tree.ts";
import { openNamedDirectory } from "./session-access.ts";

test.skipIf(process.platform === "win32")(
  "a directory that may not be read is said to be it, and no file of it",
  async () => {
    await using tree = await makeTree({ "closed/a.txt": "123" });
    const opened = withClosed(tree, "closed", () => openNamedDirectory("closed", join(tree.path, "closed")));
    await expect(opened).rejects.toMatchObject({ code: "PATH_NOT_FOUND", message: "closed cannot be read (EACCES)." });
  },
);

test.skipIf(process.platform === "win32")(
  "the root of the disk and what the system shows as files are not taken",
  async () => {
    for (const directory of ["/", "/proc"])
      await expect(openNamedDirectory(directory, directory)).rejects.toMatchObject({ code: "WORKSPACE_REFUSED" });
  },
);
