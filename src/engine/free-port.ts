import { createServer } from "node:net";

const attempts = 50;

/**
 * The first port from `preferred` on that nobody listens on at 127.0.0.1, leaving out `excluded`; null when `preferred` and the 50
 * after it are all taken. The port may be taken by another the next moment: whoever uses it must check again.
 */
export async function findFreePort(
  preferred: number,
  excluded: ReadonlySet<number> = new Set(),
): Promise<number | null> {
  for (let port = preferred; port <= Math.min(preferred + attempts, 65_535); port++) {
    if (!excluded.has(port) && (await isFree(port))) return port;
  }
  return null;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
