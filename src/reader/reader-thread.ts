import { type MessagePort, parentPort } from "node:worker_threads";
import { readDocument } from "./read-document.ts";
import type { ReadAnswer, ReadMessage } from "./thread-messages.ts";

/** Entry of a thread that reads files for a pool. Grammars and the libraries of formats are loaded here, and go with the thread. */
function main(port: MessagePort): void {
  port.on("message", ({ id, request }: ReadMessage) => {
    void readDocument(request).then((result) => {
      const answer: ReadAnswer = { id, result };
      port.postMessage(answer);
    });
  });
}

if (parentPort !== null) main(parentPort);
