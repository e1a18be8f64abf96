/** Whether processes can be ended as a group here. */
export const hasProcessGroups = process.platform !== "win32";

/** Ends every process of the group that `leader` leads or led; one that is empty or was never made is no matter. */
export function endGroup(leader: number): void {
  if (!hasProcessGroups) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // There is no such group (any more).
  }
}
