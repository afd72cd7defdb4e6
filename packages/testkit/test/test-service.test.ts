import { fileURLToPath } from "node:url";
import { type Database, openDatabase } from "@nofx/db-kit";
import { answer, createService, mount, type Service } from "@nofx/service-kit";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import type { TestTrack } from "../src/server.ts";
import { freshDatabase, type TestServiceOptions, testService } from "../src/test-service.ts";

const track: TestTrack = {
  schema: "tiny",
  role: "tiny_service",
  directory: fileURLToPath(new URL("./migrations", import.meta.url)),
};

const contract = {
  name: "tiny",
  title: "Tiny",
  description: "Counts words.",
  version: "1.0.0",
  errors: {},
  tags: { Words: "Words." },
  operations: {
    addWord: {
      id: "addWord",
      method: "POST",
      path: "/words",
      tag: "Words",
      summary: "Add a word",
      description: "Adds a word, and answers how many there are.",
      access: { kind: ["operator"] },
      body: z.object({ word: z.string() }),
      success: { 200: z.object({ words: z.int() }) },
      errors: [],
    },
  },
} as const;

interface Deps {
  readonly db: Database<unknown>;
  readonly log: Parameters<typeof createService>[0]["log"];
  close(): Promise<void>;
}

const createDeps = (url: string, log: Deps["log"]): Deps => {
  const db = openDatabase({ url, applicationName: "tiny", onIdleError: () => undefined });
  return { db, log, close: db.close };
};

const buildApp = async ({ db, log }: Deps): Promise<Service> => {
  const operator = { kind: "operator", tenantId: "", subject: "operator", scopes: new Set<never>() } as const;
  const service = await createService({
    contract,
    log,
    authenticate: (token) => (token === "good" ? operator : undefined),
    checks: {},
    overloaded: () => false,
    writesPerMinuteMax: 0,
  });
  mount(service, contract.operations.addWord, async (_ctx, { body }) => {
    await db.pool.query("INSERT INTO words VALUES ($1)", [body.word]);
    const { rows } = await db.pool.query<{ words: number }>("SELECT count(*)::int AS words FROM words");
    return answer(200, { body: { words: rows[0]?.words ?? 0 } });
  });
  return service;
};

const tiny = (options?: TestServiceOptions) => testService({ contract, track, createDeps, buildApp }, options);
const words = (count: number) => ({ ok: true, body: { words: count } });

describe("a service of a test's own", () => {
  it("works on a migrated database of its own, called through its contract", async () => {
    const [one, other] = [await tiny(), await tiny()];
    expect(await one.client("good").addWord({ body: { word: "second" } })).toMatchObject(words(2));
    expect(await other.client("good").addWord({ body: { word: "second" } })).toMatchObject(words(2));
    expect(await one.client().addWord({ body: { word: "third" } })).toBeProblem(401, "unauthenticated");
    expect(await one.database.query("SELECT word FROM tiny.words ORDER BY word")).toEqual([
      { word: "first" },
      { word: "second" },
    ]);
  });

  it("lets one look at its log and metrics, and at what passes between client and service", async () => {
    const { client, fetch, logged, metrics } = await tiny();
    const passed: string[] = [];
    const looking: typeof fetch = (input, init) => {
      passed.push(String(input));
      return fetch(input, init);
    };
    await client("good", looking).addWord({ body: { word: "second" } });
    expect(passed).toEqual(["http://tiny.test/words"]);
    expect(logged()).toContain('"operation":"addWord"');
    expect(await metrics()).toContain('operation="addWord"');
  });

  it("opens a socket for who needs one, and closes it", async () => {
    const { listen, close } = await tiny();
    const url = await listen();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await close();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it("ends when it is told to: its own database is gone soon, one that it was given stays", async () => {
    const ends: (() => Promise<void>)[] = [];
    const finished = (end: () => Promise<void>) => ends.push(end);
    const given = await freshDatabase(track);
    await (await tiny({ database: given, finished })).client("good").addWord({ body: { word: "kept" } });
    const { database: own } = await tiny({ finished });
    for (const end of ends) await end();
    await vi.waitFor(() => expect(own.query("SELECT")).rejects.toThrow(/does not exist/));
    const copied = await tiny({ copyOf: given });
    expect(await copied.client("good").addWord({ body: { word: "more" } })).toMatchObject(words(3));
    await given.drop();
  });

  it("has what its track is prepared with, and no other of the same migrations has it", async () => {
    const prepared: TestTrack = { ...track, prepared: "INSERT INTO tiny.words VALUES ('second')" };
    const words = async (of: TestTrack) => {
      const database = await freshDatabase(of);
      onTestFinished(() => database.drop());
      return (await database.query<{ word: string }>("SELECT word FROM tiny.words")).map(({ word }) => word);
    };
    expect([await words(prepared), await words(track), await words(prepared)]).toEqual([
      ["first", "second"],
      ["first"],
      ["first", "second"],
    ]);
  });
});

describe("a service that does much at once when it starts", () => {
  const busy = { pids: new Set<number>(), done: 0 };
  const ask = async ({ pool }: Deps["db"]): Promise<void> => {
    const { rows } = await pool.query<{ pid: number }>("SELECT pg_backend_pid() AS pid, pg_sleep(0.01)");
    for (const { pid } of rows) busy.pids.add(pid);
    busy.done += 1;
  };
  const many = (deps: Deps) => Promise.all(Array.from({ length: 8 }, () => ask(deps.db)));

  it("shares two connections until that is done, and then has as many as it wants", async () => {
    const createBusy = (url: string, log: Deps["log"]): Deps => {
      const deps = createDeps(url, log);
      queueMicrotask(() => void many(deps));
      return deps;
    };
    const { deps } = await testService({ contract, track, createDeps: createBusy, buildApp });
    // Those at the end of the queue have a connection, if no answer yet.
    expect(busy.done).toBeGreaterThanOrEqual(6);
    expect(deps.db.pool.waitingCount).toBe(0);
    expect(deps.db.pool.totalCount).toBe(2);
    await many(deps);
    expect(busy.pids.size).toBeGreaterThan(2);
  });

  it("has its connections although it does not start", async () => {
    const made: Deps[] = [];
    const createKept = (url: string, log: Deps["log"]): Deps => {
      const deps = createDeps(url, log);
      made.push(deps);
      return deps;
    };
    const failing = testService({
      contract,
      track,
      createDeps: createKept,
      buildApp: () => Promise.reject(new Error("no")),
    });
    await expect(failing).rejects.toThrow("no");
    const [deps] = made;
    expect(deps?.db.pool.options.max).toBe(20);
    await deps?.close();
  });
});
