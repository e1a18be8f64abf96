import { commandReferences, type CommandReference } from "./command-reference.ts";

/** The body of docs/reference/commands.md. */
export function commandsPage(): string {
  const { commands, closing } = commandReferences();
  const [program, ...others] = commands;
  const intro = `${program?.description ?? ""} Every command has \`--help\`.`;
  const list = others.map(({ path, description }) => `- [\`${path}\`](#${anchorOf(path)}): ${description}`);
  return `# Commands\n\n${intro}\n\n${list.join("\n")}\n\n${others.map(section).join("\n")}\n## Exit codes\n\n\`\`\`\n${closing}\n\`\`\`\n`;
}

function section({ path, usage, description, arguments: inputs, options, examples }: CommandReference): string {
  const rows = [...inputs, ...options].map(({ term, meaning }) => `| \`${cell(term)}\` | ${cell(meaning)} |`);
  const lines = examples.map(({ term, meaning }) => `# ${meaning}\n${term}`);
  const parts = [
    `## ${path}`,
    `\`${usage}\``,
    description,
    ["| argument or option | meaning |", "| --- | --- |", ...rows].join("\n"),
    ...(lines.length === 0 ? [] : [`\`\`\`sh\n${lines.join("\n")}\n\`\`\``]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function anchorOf(title: string): string {
  return title.replaceAll(" ", "-");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
