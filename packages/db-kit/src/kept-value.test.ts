import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { keptValue } from "./kept-value.ts";

const counting = (times: { readonly freshMs: number; readonly keptMs: number }) => {
  let read = 0;
  const value = keptValue(async () => {
    read += 1;
    return read;
  }, times);
  return { value, read: () => read };
};

it("reads once for all who ask at the same time, and not again while the value is fresh", async () => {
  const { value, read } = counting({ freshMs: 60_000, keptMs: 60_000 });
  expect(await Promise.all([value.get(), value.get()])).toEqual([1, 1]);
  expect([await value.get(), read()]).toEqual([1, 1]);
});

it("hands out what it has while it reads anew", async () => {
  const { value } = counting({ freshMs: 0, keptMs: 60_000 });
  await value.get();
  await delay(2);
  expect(await value.get()).toBe(1);
  await expect.poll(() => value.get()).toBeGreaterThan(1);
});

it("lets nobody have what is too old, or was forgotten, also by a reading that began before", async () => {
  const tooOld = counting({ freshMs: 0, keptMs: 0 });
  await tooOld.value.get();
  await delay(2);
  expect(await tooOld.value.get()).toBe(2);
  const forgotten = counting({ freshMs: 60_000, keptMs: 60_000 });
  const begun = forgotten.value.get();
  forgotten.value.forget();
  expect([await begun, await forgotten.value.get(), await forgotten.value.get()]).toEqual([1, 2, 2]);
});

it("tells of a failure, and tries again", async () => {
  let fails = true;
  const value = keptValue(
    async () => {
      if (fails) throw new Error("down");
      return "up";
    },
    { freshMs: 60_000, keptMs: 60_000 },
  );
  await expect(value.get()).rejects.toThrow("down");
  fails = false;
  expect(await value.get()).toBe("up");
});
