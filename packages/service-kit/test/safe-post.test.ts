import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseAllowance, postSafely, type ResolveHost } from "../src/index.ts";

const never = new AbortController().signal;

/** A server on 127.0.0.1 that counts who connects. */
const receiver = async (handle: RequestListener) => {
  let connections = 0;
  const server = createServer(handle).on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
};

const post = (
  url: string,
  options: { resolve?: ResolveHost; allow?: string; timeoutMs?: number; signal?: AbortSignal } = {},
) =>
  postSafely(
    {
      url,
      body: '{"a":"ä"}',
      headers: { "x-test": "1" },
      timeoutMs: options.timeoutMs ?? 5_000,
      signal: options.signal ?? never,
    },
    {
      allow: parseAllowance(options.allow ?? "127.0.0.1"),
      resolve: options.resolve ?? (async () => ["127.0.0.1"]),
    },
  );

describe("postSafely", () => {
  it("posts to the host's name at the address that was checked, having looked it up once", async () => {
    let lookUps = 0;
    const { port } = await receiver(async (request, response) => {
      const seen = `${request.method} ${request.headers.host} ${request.headers["x-test"]} ${await text(request)}`;
      response.writeHead(202, { "retry-after": "7" }).end(seen);
    });
    const resolve = async () => {
      lookUps += 1;
      return lookUps === 1 ? ["127.0.0.1"] : ["10.255.255.1"];
    };
    const answer = await post(`http://hook.test:${port}/x?y=1`, { resolve });
    expect(answer).toEqual({ status: 202, retryAfter: "7", text: `POST hook.test:${port} 1 {"a":"ä"}` });
    expect(lookUps).toBe(1);
  });

  it("does not connect where the name now leads inside", async () => {
    const { port, connections } = await receiver((_request, response) => void response.end());
    const answers = [["127.0.0.1"], ["127.0.0.2"]];
    const resolve = async () => answers.shift() ?? [];
    await post(`http://hook.test:${port}/`, { resolve });
    await expect(post(`http://hook.test:${port}/`, { resolve })).rejects.toThrow(/not on the public network/);
    expect(connections()).toBe(1);
  });

  it("does not follow a redirect", async () => {
    const { port, connections } = await receiver((_request, response) => {
      response.writeHead(302, { location: "http://127.0.0.1/" }).end();
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 302 });
    expect(connections()).toBe(1);
  });

  it("keeps the first kilobyte of an answer without control characters, and gives up after 64", async () => {
    const { port } = await receiver((_request, response) => {
      response.on("error", () => undefined);
      response.write("a\u0000b\u001b[31m\n");
      const more = (): void => {
        while (response.write("x".repeat(10_000)));
        response.once("drain", more);
      };
      more();
    });
    const { status, text } = await post(`http://127.0.0.1:${port}/`);
    expect([status, text.slice(0, 10), text.length]).toEqual([200, "a\ufffdb\ufffd[31m\nx", 1024]);
  });

  it.each<[string, RequestListener]>([
    ["does not answer", () => undefined],
    ["begins to answer and stops", (_request, response) => void response.write("x")],
  ])("gives a receiver that %s the time allowed and no more", async (_what, handle) => {
    const { port } = await receiver(handle);
    await expect(post(`http://127.0.0.1:${port}/`, { timeoutMs: 50 })).rejects.toThrow("within 0.05 seconds");
  });

  it("does not wait for name servers either, and ends with its signal", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    await expect(post("http://slow.test/", { resolve, timeoutMs: 50 })).rejects.toThrow("No complete answer");
    await expect(post("http://slow.test/", { resolve, signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it("says in a sentence when nobody listens, or somebody does not speak HTTP", async () => {
    const { port } = await receiver((request) => void request.socket.end("nonsense\r\n\r\n"));
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toThrow(/^The connection failed \(HPE_/);
    const gone = await receiver(() => undefined);
    await expect(post(`https://127.0.0.1:${gone.port}/`)).rejects.toThrow(/^The connection failed \(/);
    await expect(post("http://127.0.0.1:1/")).rejects.toThrow("The connection failed (ECONNREFUSED)");
  });
});
