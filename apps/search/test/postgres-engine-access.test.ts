import { openDatabase } from "@nofx/db-kit";
import { describe, expect, it } from "vitest";
import { testEngine } from "./engine-world.ts";
import { agentDocument } from "./small-documents.ts";

const indexTables = ["index_documents", "index_words", "index_terms", "index_lexemes"];

describe("the tables of the index", () => {
  it("force row-level security, those of each generation, too", async () => {
    const { create, database } = await testEngine();
    await create(1);
    const tables = await database.query<{ relname: string; forced: boolean }>(`
      SELECT relname, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class
      WHERE relnamespace = 'search'::regnamespace AND relkind IN ('r', 'p') AND relname LIKE 'index\\_%'`);
    expect(tables.map(({ relname }) => relname).sort()).toEqual(
      ["index_states", ...indexTables.flatMap((table) => [table, `${table}_1`])].sort(),
    );
    expect(tables.filter(({ forced }) => !forced)).toEqual([]);
  });

  it("are nothing to the service itself: it calls functions", async () => {
    const { create, apply, database } = await testEngine();
    await create(1);
    await apply(1, { puts: [agentDocument("x")] });
    const db = openDatabase({ url: database.url, applicationName: "test", onIdleError: () => undefined });
    try {
      for (const table of ["index_states", ...indexTables.flatMap((name) => [name, `${name}_1`])]) {
        for (const statement of [`SELECT FROM ${table}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
          await expect(db.pool.query(statement)).rejects.toThrow("permission denied");
        }
      }
      await expect(db.pool.query("SELECT index_match_1('', true, '', 'x', 0, 1)")).rejects.toThrow("permission denied");
      await expect(db.pool.query("SELECT index_gather_1('', true, '', 'x', 0, 1, 1)")).rejects.toThrow(
        "permission denied",
      );
    } finally {
      await db.close();
    }
  });

  it("are changed on behalf of the service only", async () => {
    const { create, database } = await testEngine();
    await create(1);
    const db = openDatabase({ url: database.url, applicationName: "test", onIdleError: () => undefined });
    try {
      for (const call of [
        "index_create(2)",
        "index_drop(1)",
        "index_settle(1)",
        "index_apply(1, '[]', '{}')",
        "index_size(1)",
      ]) {
        await expect(db.pool.query(`SELECT ${call}`)).rejects.toThrow("only the service keeps the index");
      }
    } finally {
      await db.close();
    }
  });

  it("are made and dropped by generation, more than once without harm", async () => {
    const { engine, create, apply, database } = await testEngine();
    await create(1);
    await create(1);
    await create(2);
    await apply(1, { puts: [agentDocument("x", { name: "Code Review" })] });
    expect(await engine.size(1)).toEqual({ documents: 1, terms: 4 });
    expect(await engine.size(2)).toEqual({ documents: 0, terms: 0 });
    await engine.settle(1);
    await engine.drop(1);
    await engine.drop(1);
    const left = await database.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relname LIKE 'index%\\_1'",
    );
    expect(left).toEqual([]);
    const functions = await database.query("SELECT FROM pg_proc WHERE proname LIKE 'index\\_%\\_1'");
    expect(functions).toEqual([]);
    await expect(create(0)).rejects.toThrow("a generation is a number from 1");
    await expect(engine.drop(0)).rejects.toThrow("a generation is a number from 1");
  });

  it("belong to an owner who may be bound by row-level security", async () => {
    const { database } = await testEngine();
    const policies = await database.query<{ roles: string[]; owner: string }>(`
      SELECT p.roles::text[], t.tableowner AS owner FROM pg_policies p JOIN pg_tables t USING (schemaname, tablename)
      WHERE schemaname = 'search' AND tablename LIKE 'index\\_%'`);
    expect(policies).toHaveLength(5);
    for (const { roles, owner } of policies) expect(roles).toEqual([owner]);
  });
});
