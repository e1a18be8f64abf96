import { readFile } from "node:fs/promises";
import { win32 } from "node:path";

const askTimeoutMs = 5_000;

/**
 * The id that the system gave this machine when it was installed, "" where none is found. A host's name would not do: that of a Mac or a
 * laptop changes with the network, and every directory would become another source.
 */
export async function machineIdOfSystem(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Promise<string> {
  switch (platform) {
    case "linux":
      return (await readFile("/etc/machine-id", "utf8").catch(() => "")).trim();
    case "darwin":
      return idOfMac(await answerOf("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"]));
    case "win32": {
      const reg = win32.join(env["SystemRoot"] ?? "C:\\Windows", "System32", "reg.exe");
      const key = "HKLM\\SOFTWARE\\Microsoft\\Cryptography";
      return idOfWindows(await answerOf(reg, ["query", key, "/v", "MachineGuid", "/reg:64"]));
    }
    default:
      return "";
  }
}

/** From what ioreg prints of the computer; "" where it is not in there. */
export function idOfMac(text: string): string {
  return /"IOPlatformUUID"\s*=\s*"([0-9A-Fa-f-]{36})"/.exec(text)?.[1]?.toLowerCase() ?? "";
}

/** From what reg.exe prints of the value; "" where it is not in there. */
export function idOfWindows(text: string): string {
  return /^\s*MachineGuid\s+REG_SZ\s+([0-9A-Fa-f-]{36})\s*$/m.exec(text)?.[1]?.toLowerCase() ?? "";
}

async function answerOf(file: string, args: readonly string[]): Promise<string> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    execFile(file, args, { timeout: askTimeoutMs, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? stdout : ""),
    );
  });
}
