import { describe, expect, it } from "vitest";
import { instantOf, isAfter } from "./instant.ts";

describe("instantOf", () => {
  it.each([
    ["2024-10-02T10:00:00.000Z", "2024-10-02T10:00:00Z"],
    ["2024-10-02T10:00:00.5Z", "2024-10-02T10:00:00.500000Z"],
    ["2024-10-02T12:00:00.001+02:00", "2024-10-02T10:00:00.001Z"],
  ])("%s is %s", (one, other) => {
    expect(instantOf(one)).toBe(instantOf(other));
    expect(isAfter(one, other)).toBe(false);
  });

  it.each([
    ["2024-10-02T10:00:00.001Z", "2024-10-02T10:00:00.000Z"],
    ["2024-10-02T10:00:00.000002Z", "2024-10-02T10:00:00.000001Z"],
    ["2024-10-02T10:00:00.1Z", "2024-10-02T10:00:00.09Z"],
    ["2024-10-02T10:00:00Z", "2024-10-02T11:59:59+02:00"],
  ])("%s lies after %s, and not the other way round", (later, earlier) => {
    expect(isAfter(later, earlier)).toBe(true);
    expect(isAfter(earlier, later)).toBe(false);
  });

  it.each(["", "yesterday", "2024-10-02", "2024-13-02T10:00:00Z"])("%j is none", (text) => {
    expect(() => instantOf(text)).toThrow("is not a timestamp");
  });
});
