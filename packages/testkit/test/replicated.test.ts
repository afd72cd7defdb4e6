import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, it } from "vitest";
import { replicatedDatabase } from "../src/replicated.ts";
import type { TestTrack } from "../src/server.ts";

const track: TestTrack = {
  schema: "tiny",
  role: "tiny_service",
  directory: fileURLToPath(new URL("./migrations", import.meta.url)),
};

it("a replicated database is read elsewhere, as it was when it was last caught up with", async () => {
  const { query, readUrl, replica } = await replicatedDatabase(track);
  const words = async (): Promise<string[]> => {
    const client = new pg.Client({ connectionString: readUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ word: string }>("SELECT word FROM words ORDER BY word");
      return rows.map(({ word }) => word);
    } finally {
      await client.end();
    }
  };
  await replica.caughtUp();
  await replica.replay(false);
  await query("INSERT INTO tiny.words VALUES ('second')");
  expect(await words()).toEqual(["first"]);
  await replica.replay(true);
  await replica.caughtUp();
  expect(await words()).toEqual(["first", "second"]);
});
