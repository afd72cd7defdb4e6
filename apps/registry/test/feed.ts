import { expect, vi } from "vitest";
import type { TestRegistry } from "./registry.ts";

/** Waits until everything that was done so far is in the feed: what comes later moves its end. */
export const allInFeed = ({ database }: Pick<TestRegistry, "database">): Promise<void> =>
  vi.waitFor(async () => expect(await database.query("SELECT FROM registry.outbox")).toEqual([]), { timeout: 10_000 });
