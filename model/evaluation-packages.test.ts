import { expect, test } from "vitest";
import { isEvaluationPackage, isForeignPath, isKeptElsewhere } from "./evaluation-packages.ts";

test.each([
  "express",
  "node-express",
  "axios",
  "zod",
  "redux",
  "node-redux",
  "python-click",
  "flask",
  "requests",
  "httpx",
  "starlette",
  "golang-github-gin-gonic-gin",
  "golang-github-spf13-cobra",
  "ruby-sinatra",
  "ruby-rack",
  "libgoogle-gson-java",
  "typeorm",
  "openlayers",
  "hono",
  "chromadb",
  "modelcontextprotocol-server",
  "context7-mcp",
  "kafka",
  "terraform",
  "playwright-core",
  "libcommons-lang3-java",
  "python-aiohttp",
  "rust-tokio",
])("%s is kept for evaluation elsewhere", (name) => expect(isKeptElsewhere(name)).toBe(true));

test.each([
  "rxjs",
  "node-luxon",
  "knex",
  "fastify",
  "pixi.js",
  "marked",
  "p-queue",
  "node-commander",
  "got",
  "ky",
  "lru-cache",
  "python-tornado",
  "networkx",
  "nibabel",
  "python-attrs",
  "jinja2",
  "python-markdown",
  "python-dateutil",
  "golang-github-miekg-dns",
  "docker.io",
  "golang-github-go-chi-chi",
  "golang-go.uber-zap",
  "rust-regex",
  "rust-hyper",
  "php-twig",
  "ruby-sequel",
  "libjoda-time-java",
  "commons-io",
  "libpython3.11-stdlib",
])("%s is one of the project's own evaluation", (name) => expect(isEvaluationPackage(name)).toBe(true));

test.each([
  "sequelize",
  "regular-expressions",
  "python-requests-oauthlib-free",
  "lodash",
  "django",
  "commons-text",
  "rust-regex-lite-free",
])("%s may be learned from", (name) => expect(isEvaluationPackage(name)).toBe(false));

test("copies of other people's code inside of an archive are left out", () => {
  expect(isForeignPath("pip/_vendor/requests/api.py")).toBe(true);
  expect(isForeignPath("lib/express/router.js")).toBe(true);
  expect(isForeignPath("dist/index.js")).toBe(true);
  expect(isForeignPath("src/app.min.js")).toBe(true);
  expect(isForeignPath("vendor/github.com/x/y.go")).toBe(true);
  expect(isForeignPath("dist/index.d.ts")).toBe(false);
  expect(isForeignPath("django/db/models/expressions/base.py")).toBe(false);
});
