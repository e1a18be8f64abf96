import type { Server } from "node:http";

const drainMs = 5_000;

/**
 * Ends a connection whose client has read nothing of a waiting answer for so long. A call that the hub works on and an open stream with
 * nothing to say are left alone, however long they last. Node's own socket time-out cannot tell these apart.
 */
export function cutUnreadAnswers(server: Server, stallMs: number): void {
  server.on("request", (_request, answer) => {
    answer.setTimeout(stallMs, () => {
      const { socket } = answer;
      if (socket === null) return;
      if (socket.writableLength > 0) socket.destroy();
      else answer.setTimeout(stallMs);
    });
  });
}

/** Takes no new connection, lets the calls in flight end, at most some seconds, and closes the rest. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    // A client's connection gets idle when its call in flight is answered, and is kept alive for a next one that must not come.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
