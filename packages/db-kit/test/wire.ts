import { connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A man in the middle of a PostgreSQL connection: counts what the client says, and cuts the cable. */
export interface Wire {
  /** The server's URL by way of this proxy. */
  readonly url: string;
  /** Types of the messages that clients sent after they were let in, such as `P` for Parse. */
  readonly sent: string[];
  /** Resets every connection, without a word from the server. */
  cut(): void;
  /** Refuses connections, or accepts them again. */
  refuse(refused: boolean): void;
}

/** The types of the whole messages in `bytes`, and what is left over. */
const messages = (bytes: Buffer): { types: string[]; rest: Buffer } => {
  const types: string[] = [];
  let offset = 0;
  while (bytes.length >= offset + 5 && bytes.length >= offset + 1 + bytes.readInt32BE(offset + 1)) {
    types.push(String.fromCharCode(bytes[offset] ?? 0));
    offset += 1 + bytes.readInt32BE(offset + 1);
  }
  return { types, rest: bytes.subarray(offset) };
};

const record = (client: Socket, sent: string[]): void => {
  let rest = Buffer.alloc(0);
  let started = false;
  client.on("data", (chunk: Buffer) => {
    // The start-up packet has no type and comes alone.
    if (!started) {
      started = true;
      return;
    }
    const found = messages(Buffer.concat([rest, chunk]));
    rest = Buffer.from(found.rest);
    sent.push(...found.types);
  });
};

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });

export const tapped = async (url: string): Promise<Wire> => {
  const { hostname, port } = new URL(url);
  const sent: string[] = [];
  const sockets = new Set<Socket>();
  let refused = false;
  const server = createServer((client) => {
    if (refused) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    record(client, sent);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  const proxy = new URL(url);
  proxy.port = String(await listening(server));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    url: proxy.href,
    sent,
    cut,
    refuse: (value) => {
      refused = value;
    },
  };
};
