// Stands in for `zod/v4` inside the MCP SDK when dist/mcp.mjs is bundled. The SDK makes some 1,700 schemas as it loads, of which a
// session uses some 150; here a schema is made at its first use, which halves the time to the first answer. Same schemas, later.
import * as zod from "zod/v4";

// What is not exported below is zod's own, and made at once.
export * from "zod/v4";

// A session checks few values: code generated for each object schema would cost more than it saves.
zod.config({ jitless: true });

/** Methods that make a schema out of one. Every other access makes the schema itself and is handed on to it. */
const makers = new Set(
  (
    "and array catch catchall default describe extend int loose max merge min nonnegative nullable omit optional or partial " +
    "passthrough pick pipe refine startsWith strict strip superRefine transform url"
  ).split(" "),
);

/** The state behind each deferred schema: how to make it, what it will hold, and the schema once it is made. */
const states = new WeakMap();

const handler = {
  get(state, name) {
    if (state.schema === undefined) {
      if (name === "shape" && state.shape !== undefined) return state.shape;
      if (makers.has(name)) {
        return (...args) =>
          deferred(() => made(state)[name](...args.map(withMade)), shapeAfter(state.shape, name, args[0]));
      }
    }
    const schema = made(state);
    const value = schema[name];
    return typeof value === "function" ? value.bind(schema) : value;
  },
  has: (state, name) => name in made(state),
  getPrototypeOf: (state) => Object.getPrototypeOf(made(state)),
};

function deferred(make, shape) {
  const state = { make, shape, schema: undefined };
  const schema = new Proxy(state, handler);
  states.set(schema, state);
  return schema;
}

function made(state) {
  if (state.schema === undefined) {
    state.schema = state.make();
    // What the thunk holds on to is not needed again.
    state.make = undefined;
    state.shape = undefined;
  }
  return state.schema;
}

/** The properties of an object schema after one of its methods, where they are known without making it: `...Schema.shape` is common. */
function shapeAfter(shape, method, given) {
  if (shape === undefined) return undefined;
  if (method === "extend") return { ...shape, ...given };
  if (method === "merge") return { ...shape, ...given.shape };
  if (method === "pick") return Object.fromEntries(Object.entries(shape).filter(([key]) => given[key]));
  return ["catchall", "describe", "loose", "strict", "strip"].includes(method) ? shape : undefined;
}

/** The same value with the schemas themselves in place of deferred ones: zod never meets one of ours. */
function withMade(value) {
  if (typeof value !== "object" || value === null) return value;
  const state = states.get(value);
  if (state !== undefined) return made(state);
  if (Array.isArray(value)) return value.map(withMade);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withMade(part)]));
}

const defer =
  (make) =>
  (...args) =>
    deferred(() => make(...args.map(withMade)));
const deferObject =
  (make) =>
  (...args) =>
    deferred(() => make(...args.map(withMade)), args[0] ?? {});

// The functions of zod that the SDK calls as it loads.
export const any = defer(zod.any);
export const array = defer(zod.array);
export const boolean = defer(zod.boolean);
export const discriminatedUnion = defer(zod.discriminatedUnion);
export const email = defer(zod.email);
export const intersection = defer(zod.intersection);
export const lazy = defer(zod.lazy);
export const literal = defer(zod.literal);
export const looseObject = deferObject(zod.looseObject);
export const number = defer(zod.number);
export const object = deferObject(zod.object);
export const optional = defer(zod.optional);
export const preprocess = defer(zod.preprocess);
export const record = defer(zod.record);
export const string = defer(zod.string);
export const union = defer(zod.union);
export const unknown = defer(zod.unknown);
export const url = defer(zod.url);
export const iso = { ...zod.iso, date: defer(zod.iso.date), datetime: defer(zod.iso.datetime) };
export const coerce = { ...zod.coerce, number: defer(zod.coerce.number) };
const enumeration = defer(zod.enum);
const nothing = defer(zod.null);
export { enumeration as enum, nothing as null };

// These compare schemas by identity, and so must see the schemas themselves.
export const toJSONSchema = (schema, options) => zod.toJSONSchema(withMade(schema), options);
export const safeParse = (schema, value, options) => zod.safeParse(withMade(schema), value, options);
