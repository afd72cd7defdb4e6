import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Subject, Target } from "../src/subjects.ts";

/** A server that is gone after the test. */
export const listen = async (answer: RequestListener): Promise<Target> => {
  const server = createServer(answer).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: { authorization: "Bearer me" } };
};

/** A subject of these addresses. */
export const subjectOf = (...addresses: string[]): Subject => ({ name: "things", route: "/:id", goal: 0.5, addresses });
