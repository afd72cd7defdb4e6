import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, inject, it, onTestFinished } from "vitest";
import { watchStatements } from "../src/statements.ts";

it("of a pool's statements those are noted that match, whatever form they come in, and each once", async () => {
  const pool = new pg.Pool({ connectionString: inject("testServerUrl"), max: 1 });
  onTestFinished(() => pool.end());
  const statements = watchStatements({ db: { pool } }, /AS wanted/);
  await pool.query("SELECT 1 AS wanted");
  await pool.query({ text: "SELECT $1::uuid AS wanted", values: [randomUUID()] });
  await pool.query("SELECT 1 AS other");
  expect(statements.taken()).toEqual(["SELECT 1 AS wanted", "SELECT $1::uuid AS wanted"]);
  expect(statements.taken()).toEqual([]);
});
