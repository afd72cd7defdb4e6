import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import type { Clients } from "./plane.ts";

/** A publish that was answered, by the clock that the database has, too. */
export interface Confirmed {
  /** As `searchable` tells it. */
  readonly line: string;
  readonly askedAt: number;
  readonly confirmedAt: number;
}

const publishAgent = async ({ registry }: Clients, agentId: string, version: string): Promise<void> => {
  await unwrap(registry.publishAgent({ body: manifest({ agentId, version }) }));
};

const publishTemplate = async ({ marketplace }: Clients, templateId: string, version: string): Promise<void> => {
  const content = {
    kind: "prompt" as const,
    instructions: "Propose three things for {{ goal }}.",
    input: [{ type: "input_text" as const, text: "Now." }],
    variables: { goal: { type: "string" as const, required: true } },
  };
  const metadata = { owner: "team-a" };
  const body = {
    templateId,
    name: templateId,
    version,
    description: "Chooses.",
    tags: ["planning"],
    metadata,
    content,
  };
  await unwrap(marketplace.publishTemplate({ body }));
};

/** Publishes something new, and says when. */
export const publish = async (clients: Clients, type: "agent" | "template", id: string): Promise<Confirmed> => {
  const askedAt = Date.now();
  await (type === "agent" ? publishAgent : publishTemplate)(clients, id, "1.0.0");
  return { line: `${type} ${id} 1.0.0`, askedAt, confirmedAt: Date.now() };
};

/** Writers that publish until they are told to stop. */
export const startWriters = (clients: Clients, writers = 4) => {
  const confirmed: Confirmed[] = [];
  let isOver = false;
  const write = async (writer: number): Promise<void> => {
    for (let number = 0; !isOver; number += 1) {
      confirmed.push(await publish(clients, writer % 2 === 0 ? "agent" : "template", `load-${writer}-${number}`));
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    confirmed,
    stop: async (): Promise<void> => {
      isOver = true;
      await running;
    },
  };
};
