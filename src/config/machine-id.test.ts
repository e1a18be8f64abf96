import { expect, it } from "vitest";
import { idOfMac, idOfWindows, machineIdOfSystem } from "./machine-id.ts";

const id = "1b2c3d4e-0000-4a5b-8c6d-7e8f90a1b2c3";

it.each([
  [`    "IOPlatformSerialNumber" = "C02"\n    "IOPlatformUUID" = "${id.toUpperCase()}"\n  }`, id],
  [`"IOPlatformUUID"="${id}"`, id],
  [`"IOPlatformUUID" = "short"`, ""],
  ["", ""],
])("a Mac's id is read from what ioreg prints: %j", (text, expected) => {
  expect(idOfMac(text)).toBe(expected);
});

it.each([
  [`\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    ${id}\r\n\r\n`, id],
  [`    MachineGuid    REG_SZ    ${id.toUpperCase()}\n`, id],
  ["ERROR: The system was unable to find the specified registry key or value.\r\n", ""],
  [`    OtherGuid    REG_SZ    ${id}\r\n`, ""],
])("the id of a Windows machine is read from what reg.exe prints: %j", (text, expected) => {
  expect(idOfWindows(text)).toBe(expected);
});

it.each(["darwin", "win32", "freebsd"] as const)(
  "a machine that its system (%s) does not name has no id, and nothing throws",
  async (platform) => {
    // None of the programs that are asked there is on this system.
    if (process.platform === platform) return;
    expect(await machineIdOfSystem(platform, {})).toBe("");
  },
);
