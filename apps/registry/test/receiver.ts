import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { unwrap } from "@nofx/client";
import type { Delivery } from "@nofx/contract-registry";
import { onTestFinished, vi } from "vitest";
import type { RegistryClient } from "./registry.ts";

/** What a receiver was sent. */
export interface Received {
  readonly headers: IncomingHttpHeaders & { readonly "webhook-id": string };
  readonly body: string;
  readonly event: {
    readonly type: string;
    readonly data: { readonly change?: { readonly id: string; resourceId: string } };
  };
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Events about agents, by their ids. */
  readonly agents: () => string[];
  /** Resolves when that many requests have come. */
  until(count: number): Promise<void>;
}

/** Somebody's HTTP server that takes webhooks. `answer` gets the request's number, from 1. */
export const startReceiver = async (
  answer: (response: ServerResponse, number: number) => void = (response) => void response.writeHead(204).end(),
): Promise<Receiver> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = request.headers as Received["headers"];
    received.push({ headers, body, event: JSON.parse(body) });
    answer(response, received.length);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    agents: () =>
      received.flatMap(({ event }) => (event.type.startsWith("agent.") ? [event.data.change?.resourceId ?? ""] : [])),
    until: (count) =>
      vi.waitFor(
        () => {
          if (received.length < count) throw new Error(`received ${received.length} of ${count}`);
        },
        { timeout: 15_000, interval: 10 },
      ),
  };
};

/** Waits until a webhook's latest deliveries are as wanted, and gives them, oldest first. */
export const deliveriesWhen = async (
  client: RegistryClient,
  webhookId: string,
  isSo: (deliveries: readonly Delivery[]) => boolean,
): Promise<Delivery[]> =>
  vi.waitFor(
    async () => {
      const { deliveries } = await unwrap(client.listWebhookDeliveries({ webhookId, limit: 100 }));
      if (!isSo(deliveries))
        throw new Error(JSON.stringify(deliveries.map(({ status, attempts }) => [status, attempts])));
      return [...deliveries].reverse();
    },
    { timeout: 15_000, interval: 10 },
  );

/** Creates a webhook for agents' events that goes to a receiver. */
export const hookTo = async (client: RegistryClient, { url }: { readonly url: string }, types = ["agent.*"]) =>
  unwrap(client.createWebhook({ body: { url, types } }));
