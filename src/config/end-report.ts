/** How a hub tells the code with which it exits to who started it: asked for by the flag, written to the descriptor as digits. */
export const endReport = { flag: "report-end", descriptor: 3 } as const;
