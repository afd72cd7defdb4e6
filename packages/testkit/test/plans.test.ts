import { fileURLToPath } from "node:url";
import { openDatabase } from "@nofx/db-kit";
import { expect, inject, it, onTestFinished } from "vitest";
import { cloneDatabase, prepareTemplate, type TestTrack, tellPlans, watchPlans } from "../src/index.ts";

const track: TestTrack = {
  schema: "tiny",
  role: "tiny_service",
  directory: fileURLToPath(new URL("./migrations", import.meta.url)),
};

it("tells of each request what was read from end to end, how much was looked at, and nothing twice", async () => {
  const serverUrl = inject("testServerUrl");
  const database = await cloneDatabase(serverUrl, await prepareTemplate(serverUrl, track), track.role);
  await database.query(`CREATE TABLE numbers AS SELECT n FROM generate_series(1, 1000) n`);
  await database.query(`CREATE FUNCTION count_numbers() RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN RETURN (SELECT count(*) FROM numbers); END $$`);
  await database.query("GRANT SELECT ON numbers TO PUBLIC");
  await database.query(tellPlans);
  const url = database.adminUrl;
  const { pool, close } = openDatabase({ url, applicationName: "plans", onIdleError: () => undefined });
  onTestFinished(async () => {
    await close();
    await database.drop();
  });
  const { during } = watchPlans({ db: { pool } }, /\bcount_numbers\(/);
  const plain = await during(/numbers/, () => pool.query("SELECT FROM numbers WHERE n = 7"));
  expect(plain).toMatchObject({ scanned: ["numbers"], rows: 1000 });
  const inside = await during(/numbers/, () => pool.query("SELECT count_numbers()"));
  expect(inside).toMatchObject({ scanned: ["numbers"], rows: 1000 });
  // Blocks of the function's own statement are among those of the call.
  expect(inside.blocks).toBeLessThan(plain.blocks + 200);
  expect(await during(/others/, () => pool.query("SELECT FROM numbers"))).toEqual({ scanned: [], blocks: 0, rows: 0 });
});
