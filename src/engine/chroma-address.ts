/** How to reach a ChromaDB server. */
export interface ChromaAddress {
  /** With scheme, host, port and path prefix, no slash at the end: `http://127.0.0.1:8003`, `https://host/chroma`. */
  readonly url: string;
  readonly tenant: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the `chromadb` client takes in place of a URL. */
export interface ClientAddress {
  readonly ssl: boolean;
  readonly host: string;
  /** Ends with the path prefix, if there is one: the client puts it behind the host as it is. */
  readonly port: number | string;
}

export function clientAddress(url: string): ClientAddress {
  const { protocol, hostname, port, pathname } = new URL(url);
  const ssl = protocol === "https:";
  const number = port === "" ? (ssl ? 443 : 80) : Number(port);
  const prefix = pathname.replace(/\/+$/, "");
  return { ssl, host: hostname, port: prefix === "" ? number : `${number}${prefix}` };
}

/** The headers of a setting: `Name: value`, one a line or joined by `;;`. What has no colon is left out. */
export function parseHeaders(text: string): Record<string, string> {
  const pairs = text
    .split(/\r?\n|;;/)
    .map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()] as const)
    .filter(([name]) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name));
  return Object.fromEntries(pairs);
}
