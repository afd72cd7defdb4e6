import { describe, expect, it } from "vitest";
import { fillPasswords } from "./env-passwords.ts";

describe("the password of a database", () => {
  it("goes into every address of that database that has none, whatever it is made of", () => {
    const { values, problems } = fillPasswords({
      DATABASE_URL: "postgres://nofx@db/nofx?sslmode=require",
      DATABASE_READ_URL: "postgres://reader:own@db/nofx",
      DATABASE_PASSWORD: "p@ss/w:rd%?",
      MIGRATION_DATABASE_URL: "postgres://owner@db/nofx",
      OPENSEARCH_URL: "http://search",
      OPENSEARCH_PASSWORD: "other",
    });
    expect(problems).toEqual([]);
    expect(values).toEqual({
      DATABASE_URL: "postgres://nofx:p%40ss%2Fw%3Ard%25%3F@db/nofx?sslmode=require",
      DATABASE_READ_URL: "postgres://reader:own@db/nofx",
      DATABASE_PASSWORD: "p@ss/w:rd%?",
      MIGRATION_DATABASE_URL: "postgres://owner@db/nofx",
      OPENSEARCH_URL: "http://search",
      OPENSEARCH_PASSWORD: "other",
    });
  });

  it("reaches a Unix socket's address among its parameters", () => {
    const { values } = fillPasswords({ DATABASE_URL: "postgres:///nofx?host=/run/db", DATABASE_PASSWORD: "a b" });
    expect(values.DATABASE_URL).toBe("postgres:///nofx?host=%2Frun%2Fdb&password=a+b");
  });

  it("may not be told twice", () => {
    const { problems } = fillPasswords({ DATABASE_URL: "postgres://a:b@db/nofx", DATABASE_PASSWORD: "b" });
    expect(problems).toEqual([
      { variable: "DATABASE_URL", message: "DATABASE_URL: has a password, and DATABASE_PASSWORD is given, too" },
    ]);
  });

  it("leaves what is no address to whoever checks addresses", () => {
    const values = { DATABASE_URL: "nonsense", DATABASE_PASSWORD: "x" };
    expect(fillPasswords(values)).toEqual({ values, problems: [] });
  });
});
