/**
 * Whether a ChromaDB answers its heartbeat under `baseUrl` (no slash at the end): null when it does, else the reason in a few words.
 * `http://localhost:8003` and `https://host/prefix` are both fine.
 */
export async function heartbeatFailure(
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<string | null> {
  try {
    const response = await fetch(`${baseUrl}/api/v2/heartbeat`, { headers, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) return `it answers with status ${response.status}`;
    return text.includes("nanosecond heartbeat") ? null : "what answers there is no ChromaDB";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return error.cause instanceof Error ? error.cause.message : error.message;
  }
}
