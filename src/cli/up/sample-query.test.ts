import { describe, expect, it } from "vitest";
import { headingToSearch, wordsOfPath } from "./sample-query.ts";

describe("the query of the sample search", () => {
  it("is the first heading that says something of its own", () => {
    const readme =
      "# project\n\n## Installation\n\ntext\n\n## Contents\n\n## How [routes](docs/r.md) are `matched`\n\n## Later heading here\n";
    expect(headingToSearch(readme)).toBe("How routes are matched");
  });

  it("is no comment in a code block", () => {
    expect(headingToSearch("```sh\n## run the server\n```\n")).toBeNull();
  });

  it("is no heading of one word or of a whole sentence", () => {
    expect(headingToSearch("## Routing\n## one two three four five six seven eight nine\n")).toBeNull();
  });

  it("is else the name of a file as words", () => {
    expect(wordsOfPath("src/http/parseRequest.test.ts")).toBe("parse request");
    expect(wordsOfPath("docs/error-codes.md")).toBe("error codes");
    expect(wordsOfPath("login.ts")).toBe("login");
    expect(wordsOfPath("index.ts")).toBe("");
  });
});
