/** Packages that evaluation elsewhere is made from. Never a source of training pairs. */
const keptElsewhere =
  /(?:^|[-_/])express(?:$|[-_.])|axios|zod|redux|(?:^|[-_/])click(?:$|[-_])|flask|^(?:python3?-)?requests$|httpx|httpcore|starlette|gin-gonic|cobra|sinatra|(?:^|[-_])rack(?:$|[-_])|gson|typeorm|openlayers|(?:^|[-_/])hono(?:$|[-_])|chroma(?:db)?$|modelcontextprotocol|context7|kafka|terraform|playwright|lang3|aiohttp|rust-tokio/;

/** Packages of the project's own evaluation (bench/retrieval). */
const ownEvaluation =
  /^(?:(?:node|libjs)-)?(?:rxjs|luxon|knex|fastify|pixi\.js|marked|p-queue|commander|got|ky|lru-cache)$|tornado|networkx|nibabel|^(?:python3?-)?(?:attrs?|jinja2|markdown|dateutil)$|miekg-dns|docker-docker|^docker\.io|go-chi|zap$|^(?:lib)?rust-(?:regex|hyper)(?:-dev)?$|twig|sequel(?!ize)|joda|commons-io|stdlib|^c?python3(?:\.|$)|backports/;

/** Whether a source or package name stands for something that is evaluated on, under its own name or a near one. */
export function isEvaluationPackage(name: string): boolean {
  return keptElsewhere.test(name) || ownEvaluation.test(name);
}

/** Whether it is kept for evaluation elsewhere, and so is no ground for any decision here either. */
export function isKeptElsewhere(name: string): boolean {
  return keptElsewhere.test(name);
}

/** Folders of other people's code inside of an archive, and output of tools. Paths begin without a slash. */
const foreignPath =
  /(?:^|\/)(?:vendor|vendored|_vendor|_vendored_packages|node_modules|bower_components|third_?party|3rd_?party|thirdparty|external|externals|extern|deps|Godeps|packages\/urllib3|compiled|bundled|umd|commonjs|cjs|esm5|_esm5|_esm2015|fesm\d*|es5|locales?|i18n|testdata|fixtures|__snapshots__|\.git)\/|(?:^|\/)dist\/.*\.[cm]?jsx?$|\.min\.|\.map$|_pb2\.py|\.pb\.(?:go|cc|h)$|zz_generated|bundle\.(?:js|mjs|cjs)$|pkg_resources\/extern|LICEN[CS]E/i;

export function isForeignPath(path: string): boolean {
  return (
    foreignPath.test(path) ||
    path
      .split("/")
      .slice(0, -1)
      .some((folder) => isEvaluationPackage(folder))
  );
}
