import type { ClientPlatform } from "./client-adapter.ts";

// What the strictest agent leaves of the environment (Codex: names of who and where, a search path, nothing of XDG or Docker).
const unixNames = ["HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TMPDIR"];
const windowsNames = [
  "SystemRoot",
  "SystemDrive",
  "ComSpec",
  "PATHEXT",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "USERNAME",
  "APPDATA",
  "LOCALAPPDATA",
  "ProgramData",
  "ProgramFiles",
  "TEMP",
  "TMP",
];

/** The environment of a program that the system started, not a shell: whatever a person has exported is gone, and PATH is the system's. */
export function bareEnvironment(env: NodeJS.ProcessEnv, platform: ClientPlatform): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of platform === "win32" ? windowsNames : unixNames) {
    const value = platform === "win32" ? valueOfAnyCase(env, name) : env[name];
    if (value !== undefined && value !== "") kept[name] = value;
  }
  return { ...kept, PATH: systemPath(kept, platform) };
}

/** Windows tells no case apart in names of variables; a copy of its environment does. */
function valueOfAnyCase(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1];
}

function systemPath(kept: Readonly<Record<string, string>>, platform: ClientPlatform): string {
  if (platform !== "win32") return "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  const root = kept["SystemRoot"] ?? String.raw`C:\Windows`;
  return [`${root}\\System32`, root, `${root}\\System32\\Wbem`].join(";");
}
