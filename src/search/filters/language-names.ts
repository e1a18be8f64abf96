/** What people and models say for a language, beside its id; the ids of files that are meant. */
const meantBy: ReadonlyMap<string, readonly string[]> = new Map([
  ["typescript", ["typescript", "tsx"]],
  ["ts", ["typescript", "tsx"]],
  ["javascript", ["javascript", "jsx"]],
  ["js", ["javascript", "jsx"]],
  ["py", ["python"]],
  ["python3", ["python"]],
  ["golang", ["go"]],
  ["rs", ["rust"]],
  ["rb", ["ruby"]],
  ["kt", ["kotlin"]],
  ["c++", ["cpp"]],
  ["c#", ["csharp"]],
  ["cs", ["csharp"]],
  ["f#", ["fsharp"]],
  ["objc", ["objective-c"]],
  ["bash", ["shell"]],
  ["sh", ["shell"]],
  ["zsh", ["shell"]],
  ["pwsh", ["powershell"]],
  ["yml", ["yaml"]],
  ["md", ["markdown"]],
  ["hcl", ["terraform"]],
  ["proto", ["protobuf"]],
  ["gql", ["graphql"]],
]);

/**
 * Ids of the languages that a name stands for: case does not count, and typescript and javascript include their files with JSX. A name
 * that is not known is taken as it is.
 */
export function languagesMeantBy(name: string): readonly string[] {
  const lower = name.trim().toLowerCase();
  return meantBy.get(lower) ?? [lower];
}
