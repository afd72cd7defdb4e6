import type { TestDatabase } from "@nofx/testkit";
import { afterAll, beforeAll } from "vitest";
import { freshDatabase, registry, type TestRegistry } from "./registry.ts";

/**
 * Prepares a registry once for several tests. Gives a function that starts a registry on a copy of its database, the
 * test's own to do with as it likes, and tells what `prepare` gave.
 */
export const preparedRegistry = <T>(
  prepare: (world: TestRegistry) => Promise<T>,
): (() => Promise<{ readonly world: TestRegistry; readonly prepared: T }>) => {
  let original: TestDatabase | undefined;
  let prepared: T;
  beforeAll(async () => {
    original = await freshDatabase();
    const ends: (() => Promise<void>)[] = [];
    try {
      prepared = await prepare(await registry({}, { database: original, finished: (end) => ends.push(end) }));
    } finally {
      // A database can be copied when nobody is connected to it.
      for (const end of ends) await end();
    }
  });
  afterAll(async () => {
    await original?.drop();
  });
  return async () => ({ world: await registry({}, { copyOf: original }), prepared });
};
