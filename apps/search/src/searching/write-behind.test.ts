import { expect, it, vi } from "vitest";
import { startWriteBehind } from "./write-behind.ts";

const unexpected = (error: Error): never => expect.fail(error.message);

/** What was written, by a writer that fails while it is told to. */
const writer = () => {
  const state = { isAway: false, batches: [] as number[][], attempts: 0 };
  const write = async (rows: readonly number[]): Promise<void> => {
    state.attempts += 1;
    if (state.isAway) throw new Error("away");
    state.batches.push([...rows]);
  };
  return { state, write };
};

it("writes full batches at once and the rest in the end, in order", async () => {
  const { state, write } = writer();
  const rows = startWriteBehind({ write, waitingMax: 100, batchMax: 3, pollMs: 60_000, onError: unexpected });
  for (let n = 1; n <= 4; n += 1) rows.add(n);
  await vi.waitFor(() => expect(state.batches.flat()).toEqual([1, 2, 3, 4]));
  rows.add(5);
  expect(rows.waiting()).toBe(1);
  await rows.stop();
  expect(state.batches).toEqual([[1, 2, 3], [4], [5]]);
  expect(rows.dropped()).toBe(0);
});

it("keeps what could not be written, drops what there is no room for, and does not ask with every row", async () => {
  const { state, write } = writer();
  const errors: Error[] = [];
  const onError = (error: Error) => void errors.push(error);
  const rows = startWriteBehind({ write, waitingMax: 10, batchMax: 2, pollMs: 20, onError });
  state.isAway = true;
  for (let n = 1; n <= 12; n += 1) rows.add(n);
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0));
  expect([rows.waiting(), rows.dropped()]).toEqual([10, 2]);
  expect(state.attempts).toBeLessThan(10);
  state.isAway = false;
  await vi.waitFor(() => expect(rows.waiting()).toBe(0));
  expect(state.batches.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await rows.stop();
});

it("tells of what could not be written in the end", async () => {
  const { state, write } = writer();
  const errors: Error[] = [];
  const onError = (error: Error) => void errors.push(error);
  const rows = startWriteBehind({ write, waitingMax: 10, batchMax: 5, pollMs: 60_000, onError });
  state.isAway = true;
  rows.add(1);
  await rows.stop();
  expect([rows.waiting(), rows.dropped(), errors.map(({ message }) => message)]).toEqual([0, 1, ["away"]]);
});
