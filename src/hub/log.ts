import { pino, type DestinationStream, type Logger } from "pino";

/** Fixed messages and fields; never contents, queries or secrets. */
export type Log = Logger;

// Nothing logs these; whoever logs a request or a library's error some day must not log them by accident.
const secretFields = ["authorization", "token", "apiKey", "openaiKey", "x-chroma-token", "x-api-key"];
const places = ["", "headers.", "err.headers.", "err.", "request.headers.", "err.request.headers.", "settings."];

/** Writes JSON lines. */
export function createLog(level: string, destination: DestinationStream): Log {
  const paths = places.flatMap((place) =>
    secretFields.map((field) => (/^\w+$/.test(field) ? `${place}${field}` : `${place.replace(/\.$/, "")}["${field}"]`)),
  );
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...paths, 'settings["chroma.headers"]'], censor: "****" },
    },
    destination,
  );
}
