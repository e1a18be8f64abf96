export const sideMaterials = ["test", "example", "docs", "declaration"] as const;
export type SideMaterial = (typeof sideMaterials)[number];

const testFolder = /(^|\/)(tests?|__tests__|__mocks__|specs?|testing|testdata|test-data|fixtures?)\//i;
const testFile =
  /(\.(test|spec|test-d)\.[^/]+|_(test|spec)\.[^/.]+|(^|\/)test_[^/]+\.py|(^|\/)(conftest|tests?)\.[^/.]+)$/i;
const exampleFolder = /(^|\/)(examples?|samples?|demos?|bench|benchmarks?)\/|\.(stories|example)\.[^/]+$/i;
const docsPlace = /(^|\/)(docs?|documentation)\/|\.(md|markdown|rst|adoc|txt)$/i;
const declarationFile = /\.d\.[cm]?ts$/i;

/** What a file is that is not code itself; null: code, or anything else. */
export function sideMaterialOf(path: string): SideMaterial | null {
  if (testFolder.test(path) || testFile.test(path)) return "test";
  if (exampleFolder.test(path)) return "example";
  if (docsPlace.test(path)) return "docs";
  return declarationFile.test(path) ? "declaration" : null;
}
