import { expect, test } from "vitest";
import { chunksOf } from "../../../test/fixtures/extraction.ts";

async function symbolsOf(path: string, text: string): Promise<(string | null)[]> {
  const chunks = await chunksOf(path, `${text}\n`);
  return chunks.map((chunk) => chunk.symbol);
}

test.each<[string, string]>([
  ["a.js", 'const OrderLedger = require("./order");'],
  ["a.js", 'const OrderLedger = require("./order").OrderLedger;'],
  ["a.js", 'const { a, chargeCard: b } = require("./order");'],
  ["a.js", 'const OrderLedger = (await import("./order")).default;'],
  ["a.js", 'const OrderLedger = lazy(() => import("./order"));'],
  ["a.js", 'const OrderLedger = __importDefault(require("./order"));'],
  ["a.js", "const OrderLedger = models.OrderLedger, { Invoice } = models;"],
  ["a.js", 'exports.OrderLedger = require("./order");'],
  ["a.js", "exports.OrderLedger = OrderLedger;\nexports.Invoice = order_1.Invoice;"],
  ["a.js", "module.exports = { OrderLedger, chargeCard };"],
  ["a.js", 'import { OrderLedger } from "./order";\nexport { a } from "./a";\nexport * as b from "./b";'],
  ["a.ts", 'import Order = require("./order");\nimport Row = Books.Row;'],
  ["a.ts", 'export type Row = import("./books").Row;\nexport type Book = books.Book;'],
  ["a.py", "import a.b as c\nfrom x import (\n    OrderLedger,\n    B as C,\n)"],
  ["a.go", 'package a\n\nimport l "x/order"\n\ntype OrderLedger = l.OrderLedger\n\nvar Limit = l.Limit'],
  ["a.rs", "use a::OrderLedger;\npub use b::{C, D};\nmod order;\npub type Row = a::Row;"],
  ["a.php", '<?php\nuse B\\OrderLedger;\nuse function C\\d;\n$x = require "a.php";'],
  ["a.rb", 'require "a"\nautoload :OrderLedger, "order"\ninclude Foo'],
  ["a.c", '#include "order.h"\nstruct order;\ntypedef struct order order;'],
  ["a.cpp", "class OrderLedger;\nusing order::Row;\nusing Book = order::Book;"],
  ["a.zig", 'const std = @import("std");\nconst Row = @import("books.zig").Row;\nconst Book = books.Book;'],
  ["a.ml", "open A\nmodule Order = Books.Order"],
])("%s: what only brings in another file's names is no declaration: %s", async (path, text) => {
  expect(await symbolsOf(path, text)).toEqual([null]);
});

test.each<[string, string]>([
  ["module.exports = class OrderLedger {\n  add() {}\n};", "OrderLedger"],
  ["exports = module.exports = class OrderLedger {};", "OrderLedger"],
  ["module.exports = function chargeCard() {};", "chargeCard"],
  ["exports.default = class OrderLedger {};", "OrderLedger"],
  ["exports.chargeCard = function other() {};", "chargeCard"],
  ["module.exports.limit = 5;", "limit"],
  ["const Ledger = (module.exports = class {});", "Ledger"],
  [
    "module.exports = {\n  chargeCard(a) {\n    return a;\n  },\n  refund: () => {\n    go();\n  },\n};",
    "exports, chargeCard, refund",
  ],
  ["module.exports = { chargeCard(a) {}, refund: (a) => a, limit };", "chargeCard, refund"],
  ["export = class OrderLedger {};", "OrderLedger"],
  ['const app = require("express")();', "app"],
  ["const { a, b: c, d = 1, ...rest } = load();", "a, c, d, rest"],
  ["const [\n  state,\n  [first = other],\n] = [1, [2]];", "state, first"],
  ["const ledger = models.OrderLedger;", "ledger"],
])("a.ts: %s is named %s", async (text, expected) => {
  expect(await symbolsOf("a.ts", text)).toEqual([expected]);
});

test("aliases and modules that stand for themselves keep their names", async () => {
  expect(await symbolsOf("a.go", "package a\n\ntype Ledger = l.Order")).toEqual(["Ledger"]);
  expect(await symbolsOf("a.rs", "mod order {\n    fn add() {}\n}")).toEqual(["order, add"]);
  expect(await symbolsOf("a.c", "typedef struct order {\n  int a;\n} order;")).toEqual(["order"]);
});
