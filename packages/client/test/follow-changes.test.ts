import type { Change } from "@nofx/contract-kit";
import { describe, expect, expectTypeOf, it } from "vitest";
import { ChangesGoneError, followChanges, isProblem, ProblemError } from "../src/index.ts";
import { changeAt, inTurn, json, type Respond, refusal, useServer } from "./things.ts";

const wire = useServer();
const changes = (next: string, ...positions: readonly number[]): Respond =>
  json(200, { changes: positions.map(changeAt), next });
const never: Respond = () => undefined;
const asked = () => wire.seen.map(({ url }) => url);

/** Follows until there are so many changes; gives their cursors. */
const take = async (count: number, following: AsyncIterable<Change>): Promise<string[]> => {
  const cursors: string[] = [];
  for await (const { cursor } of following) {
    cursors.push(cursor);
    if (cursors.length === count) break;
  }
  return cursors;
};

describe("following changes", () => {
  it("gives each in its order, and asks for what is behind the last answer", async () => {
    wire.respond = inTurn(changes("e:2", 1, 2), changes("e:7"), changes("e:9", 9));
    const following = followChanges(wire.things.listChanges, { from: "oldest", limit: 10, wait: 1 });
    expect(following.cursor).toBeUndefined();
    expect(await take(3, following)).toEqual(["epoch:1", "epoch:2", "epoch:9"]);
    expect(asked()).toEqual([
      "/changes?from=oldest&limit=10&wait=1",
      "/changes?after=e%3A2&limit=10&wait=1",
      "/changes?after=e%3A7&limit=10&wait=1",
    ]);
    expectTypeOf(following).toExtend<AsyncIterable<Change>>();
  });

  it("says where to go on: behind what was handled, not behind what was handed out", async () => {
    wire.respond = inTurn(changes("e:3", 1, 2, 3), never);
    const following = followChanges(wire.things.listChanges, { after: "e:0" });
    expect(following.cursor).toBe("e:0");
    await take(2, following);
    expect(following.cursor).toBe("epoch:1");
    expect(asked()).toEqual(["/changes?after=e%3A0&wait=25"]);
    wire.respond = changes("e:3", 2, 3);
    await take(1, following);
    expect(asked()[1]).toBe("/changes?after=epoch%3A1&wait=25");
  });

  it("goes on where it was, however the service was away", async () => {
    const away = { "retry-after": "0" };
    const hangUp: Respond = (request) => request.socket.destroy();
    wire.respond = inTurn(
      changes("e:1", 1),
      hangUp,
      ...Array(5).fill(refusal(503, "unavailable", away)),
      changes("e:2", 2),
    );
    expect(await take(2, followChanges(wire.things.listChanges))).toEqual(["epoch:1", "epoch:2"]);
    expect(new Set(asked().slice(1))).toEqual(new Set(["/changes?after=e%3A1&wait=25"]));
  });

  it("does not go on for ever while the service is away", async () => {
    wire.respond = refusal(503, "unavailable", { "retry-after": "1" });
    const error = await take(1, followChanges(wire.things.listChanges, { outageMsMax: 500 })).catch((e: unknown) => e);
    expect(isProblem(error, "unavailable")).toBe(true);
    expect(wire.seen).toHaveLength(1);
  });

  it("throws what tells the caller to read everything anew when changes would be missed", async () => {
    wire.respond = inTurn(changes("e:1", 1), refusal(410, "changes_gone"));
    const error = await take(2, followChanges(wire.things.listChanges)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ChangesGoneError);
    expect(error).toMatchObject({ name: "ChangesGoneError", code: "changes_gone" });
  });

  it("throws what the service refuses", async () => {
    wire.respond = refusal(403, "forbidden");
    await expect(take(1, followChanges(wire.things.listChanges))).rejects.toThrow(ProblemError);
    expect(wire.seen).toHaveLength(1);
  });

  it("ends without an error when the caller ends it, while it waits and between changes", async () => {
    const waiting = new AbortController();
    wire.respond = () => waiting.abort();
    expect(await take(1, followChanges(wire.things.listChanges, { signal: waiting.signal }))).toEqual([]);
    const reading = new AbortController();
    wire.respond = changes("e:2", 1, 2);
    const cursors: string[] = [];
    for await (const { cursor } of followChanges(wire.things.listChanges, { signal: reading.signal })) {
      cursors.push(cursor);
      reading.abort();
    }
    expect(cursors).toEqual(["epoch:1"]);
  });
});
