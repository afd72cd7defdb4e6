import { describe, expect, it } from "vitest";
import { endLent, lender } from "../src/lend.ts";

describe("what tests borrow, one after another", () => {
  const made: string[] = [];
  const ended: string[] = [];
  const borrow = lender(async (finished) => {
    const name = `thing ${made.length + 1}`;
    made.push(name);
    finished(async () => void ended.push(`${name}, which began first`));
    finished(async () => void ended.push(name));
    return name;
  });

  it("is made when there is none: two calls of one test have two", async () => {
    const both = [await borrow(), await borrow()];
    expect(both.map(({ value }) => value)).toEqual(["thing 1", "thing 2"]);
  });

  it("is had again by the next test", async () => {
    const first = await borrow();
    const second = await borrow();
    expect([first.value, second.value].toSorted()).toEqual(made);
    expect(made).toEqual(["thing 1", "thing 2"]);
    expect([second.keep(), second.keep()]).toEqual([second.value, second.value]);
    expect(ended).toEqual([]);
  });

  it("is had by nobody after a test that kept it: it ended with the test, last part first", async () => {
    const [gone = ""] = ended;
    expect(ended).toEqual([gone, `${gone}, which began first`]);
    const left = await borrow();
    expect(made).toContain(left.value);
    expect(left.value).not.toBe(gone);
    await endLent();
    expect(ended).toHaveLength(2);
  });

  it("ends with the file unless a test has it", async () => {
    await endLent();
    expect(ended.filter((name) => !name.includes(",")).toSorted()).toEqual(made);
  });
});
