/** Sessions look every two seconds for the hub that follows theirs. */
const roundMs = 2_000;
const fewestRounds = 2;
const mostRounds = 7;

/**
 * Waits for the sessions of a hub that died: until they had two rounds to look for the new one and nobody came back in the last of them.
 * So it ends 4 s after the hub's start where the sessions died too, and goes on, up to 14 s, while they are coming (a hundred on a busy
 * machine). `waitedFor` counts those that have not come. Returns what ends the wait early.
 */
export function waitForSessions(waitedFor: () => number, onOver: () => void): () => void {
  let rounds = 0;
  let before = waitedFor();
  const timer = setInterval(() => {
    rounds += 1;
    const now = waitedFor();
    const isQuiet = now === before;
    before = now;
    if (rounds < mostRounds && (rounds < fewestRounds || !isQuiet)) return;
    clearInterval(timer);
    onOver();
  }, roundMs);
  timer.unref();
  return () => clearInterval(timer);
}
