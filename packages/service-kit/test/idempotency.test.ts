import { describe, expect, it } from "vitest";
import type { Once } from "../src/context.ts";
import { answer } from "../src/index.ts";
import { problemOf, startThings, thing } from "./things.ts";

/** A service whose handler shows what it was given, and does with it what the test wants. */
const idempotent = async (act: (once: Once | undefined) => void = () => undefined) => {
  const seen: (Once | undefined)[] = [];
  const { call } = await startThings({
    createThing: async ({ once }, { body }) => {
      seen.push(once);
      act(once);
      return answer(201, { body });
    },
  });
  const create = (headers: Record<string, string>, body: unknown = thing, url = "/things") =>
    call("POST", url, { token: "publisher", headers, body });
  return { create, seen };
};

describe("the Idempotency-Key", () => {
  it.each(["idempotency-key", "x-idempotency-key"])(
    "of the header %s reaches the handler, with the operation",
    async (name) => {
      const { create, seen } = await idempotent();
      await create({ [name]: "key-1" });
      expect(seen[0]).toMatchObject({ key: "key-1", operation: "createThing" });
    },
  );

  it("is optional", async () => {
    const { create, seen } = await idempotent();
    expect((await create({})).statusCode).toBe(201);
    expect(seen).toEqual([undefined]);
  });

  it.each(["", " ", "a b", "x".repeat(256), "ä"])("400 request_invalid: %j cannot be one", async (key) => {
    const { create, seen } = await idempotent();
    const { errors } = problemOf(await create({ "idempotency-key": key }), 400, "request_invalid");
    expect(errors).toMatchObject([{ path: "$.headers['idempotency-key']" }]);
    expect(seen).toEqual([]);
  });

  it("may have 255 characters", async () => {
    const { create } = await idempotent();
    expect((await create({ "idempotency-key": "x".repeat(255) })).statusCode).toBe(201);
  });

  it("means nothing to operations that do not declare it", async () => {
    const seen: unknown[] = [];
    const { call } = await startThings({
      changeThing: async ({ once }, { body }) => {
        seen.push(once);
        return answer(200, { body });
      },
    });
    await call("PUT", "/things/a", { token: "publisher", headers: { "idempotency-key": "k" }, body: thing });
    expect(seen).toEqual([undefined]);
  });
});

describe("a replay", () => {
  const kept = { id: "a" } as typeof thing;
  const replaying = (isReplay: boolean) =>
    startThings({
      createThing: async ({ once }) => {
        if (isReplay) once?.replayed();
        return answer(201, { body: kept });
      },
    });
  const again = { token: "publisher", headers: { "idempotency-key": "k" }, body: thing };

  it("of a result that lacks what answers have today is told as it was kept", async () => {
    const { call } = await replaying(true);
    const response = await call("POST", "/things", again);
    expect([response.statusCode, response.json(), response.headers["idempotency-replayed"]]).toEqual([
      201,
      kept,
      "true",
    ]);
  });

  it("alone may: 500 internal_error where a new result lacks it", async () => {
    const { call } = await replaying(false);
    problemOf(await call("POST", "/things", again), 500, "internal_error");
  });
});

describe("the fingerprint", () => {
  it("is the same for the same body, whatever the white space, and another for another body or address", async () => {
    const { create, seen } = await idempotent();
    const headers = { "idempotency-key": "k" };
    await create(headers);
    await create(headers, JSON.stringify(thing, null, 2));
    await create(headers, { ...thing, size: 2 });
    await create(headers, thing, "/things?dryRun=true");
    const prints = seen.map((once) => once?.fingerprint);
    expect(prints[1]).toBe(prints[0]);
    expect(new Set(prints).size).toBe(3);
  });
});

describe("a repeated request", () => {
  const headers = { "idempotency-key": "k" };

  it("Idempotency-Replayed: true marks an answer from before", async () => {
    const { create } = await idempotent((once) => once?.replayed());
    expect((await create(headers)).headers["idempotency-replayed"]).toBe("true");
  });

  it("Idempotency-Replayed is absent from a first answer", async () => {
    const { create } = await idempotent();
    expect((await create(headers)).headers).not.toHaveProperty("idempotency-replayed");
  });

  it("409 idempotency_in_flight: the first is still running; retry soon", async () => {
    const { create } = await idempotent((once) => once?.inFlight());
    const response = await create(headers);
    problemOf(response, 409, "idempotency_in_flight");
    expect(response.headers["retry-after"]).toBe("1");
  });

  it("422 idempotency_key_reused: the key came with another body", async () => {
    const { create } = await idempotent((once) => once?.reused());
    problemOf(await create(headers), 422, "idempotency_key_reused");
  });
});
