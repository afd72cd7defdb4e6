import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { readEvents } from "../src/event-reader.ts";

it("reads events, comments and the time to wait, until the stream ends", async () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": request.headers.accept }).write("retry: 7\n\n: hello\n\n");
    response.end('id: 1\nevent: word\ndata: {"a":1}\n\n');
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const reader = await readEvents(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await reader.until(() => reader.events.length === 1);
  await reader.ended;
  expect(reader.events).toEqual([{ id: "1", event: "word", data: '{"a":1}' }]);
  expect([reader.comments, reader.retryMs(), reader.response.headers["content-type"]]).toEqual([
    ["hello"],
    7,
    "text/event-stream",
  ]);
});
