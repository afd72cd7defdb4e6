import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Cluster } from "./cluster.ts";
import { Failure, unreadable } from "./failure.ts";
import { searchIn } from "./searching.ts";

type Json = Record<string, unknown>;

/** What the double does beside answering. */
export interface OpensearchDouble {
  readonly url: string;
  /** Every call, as `METHOD /path`. */
  readonly calls: string[];
  /** Answers all calls with this error instead. */
  failing: Failure | undefined;
  /** Takes calls and never answers. */
  isStalled: boolean;
  /** Documents that it refuses, by id: as they are by a mapping that does not fit. */
  readonly refused: Set<string>;
  /** Stops listening, as when the machine is off. */
  stop(): Promise<void>;
  /** Listens at the same address again, with what it had. */
  resume(): Promise<void>;
}

const access = `Basic ${Buffer.from("nofx:secret").toString("base64")}`;

/** Who may ask. */
export const doubleAccess = { username: "nofx", password: "secret" } as const;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const linesOf = (text: string): Json[] => {
  if (!text.endsWith("\n")) throw new Failure(400, "illegal_argument_exception", "must be terminated by a newline");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
};

const manySearches = (cluster: Cluster, name: string, lines: Json[]): object => {
  const bodies = lines.filter((_, index) => index % 2 === 1);
  const responses = bodies.map((body) => {
    try {
      return { ...searchIn(name, cluster.get(name), body), status: 200 };
    } catch (error) {
      if (error instanceof Failure) return error.toJSON();
      throw error;
    }
  });
  return { took: 1, responses };
};

const carryOut = (cluster: Cluster, method: string, url: URL, text: string): object => {
  const [, name = "", action] = url.pathname.split("/").map(decodeURIComponent);
  switch (`${method} ${action ?? ""}`) {
    case "HEAD ":
      cluster.get(name);
      return {};
    case "PUT ":
      return cluster.create(name, JSON.parse(text) as Json);
    case "DELETE ":
      return cluster.delete(name);
    case "POST _refresh":
      cluster.get(name).refresh();
      return { _shards: { total: 1, successful: 1, failed: 0 } };
    case "POST _search":
      return searchIn(name, cluster.get(name), JSON.parse(text) as Json);
    case "POST _msearch":
      return manySearches(cluster, name, linesOf(text));
    case "POST _bulk":
      if (url.searchParams.get("require_alias") !== "true") throw new Error("the double makes no index by itself");
      return cluster.bulk(name, linesOf(text), url.searchParams.get("refresh") === "true");
    default:
      throw unreadable(`no handler found for uri [${url.pathname}] and method [${method}]`);
  }
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });

/**
 * A server that speaks the part of OpenSearch's REST API that the adapter uses, and does what it says: strict mappings,
 * words and their places, queries with scores of single precision, aggregations, orders, and documents that are found after
 * a refresh only. What it does not know it refuses.
 */
export const startDouble = async (): Promise<OpensearchDouble> => {
  const cluster = new Cluster();
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    const text = await bodyOf(request);
    const { method = "", url = "" } = request;
    double.calls.push(`${method} ${url}`);
    try {
      if (request.headers.authorization !== access) throw new Failure(401, "security_exception", "Unauthorized");
      if (double.failing) throw double.failing;
      return [200, carryOut(cluster, method, new URL(url, "http://double"), text)];
    } catch (error) {
      if (error instanceof Failure) return [error.status, error.toJSON()];
      return [500, { error: { type: "exception", reason: String(error) }, status: 500 }];
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      if (double.isStalled) return;
      response.writeHead(status, { "content-type": "application/json; charset=UTF-8" });
      response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
    });
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const double: OpensearchDouble = {
    url: `http://127.0.0.1:${port}`,
    calls: [],
    failing: undefined,
    isStalled: false,
    refused: cluster.refused,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    resume: () => listen(server, port),
  };
  return double;
};
