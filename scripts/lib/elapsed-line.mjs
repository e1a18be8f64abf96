const tickMs = 1_000;

/**
 * Says on `stream` (stderr) what is being done: one line, on a terminal with the seconds that it has taken.
 * Returns the function that ends it and gives the seconds; on a terminal the line is then gone.
 */
export function showElapsed(stream, text) {
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  if (!stream.isTTY) {
    stream.write(`${text} ...\n`);
    return seconds;
  }
  const draw = () => stream.write(`\r${text} ... ${seconds()} s`);
  draw();
  const timer = setInterval(draw, tickMs);
  return () => {
    clearInterval(timer);
    stream.write("\r\u001B[K");
    return seconds();
  };
}
