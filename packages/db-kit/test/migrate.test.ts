import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { asRole } from "../src/connection-string.ts";
import { migrateDown, migrateUp, readMigrations, schemaState, type Track } from "../src/migrate.ts";
import { asAdmin, freshDatabase, freshKit, service, track } from "./kit.ts";

const names = ["20240101_trackT_kit_tables", "20240102_trackT_note_index"];

/** The tests' migrations in a directory of the test's own, to change at will. */
const editable = async (files: Record<string, string | undefined> = {}): Promise<Track> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-migrations-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await cp(track.directory, directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    if (text === undefined) await rm(join(directory, file));
    else await writeFile(join(directory, file), text);
  }
  return { ...track, directory };
};

const rows = <Row extends object>(url: string, text: string): Promise<Row[]> =>
  asAdmin(url, async (client) => (await client.query<Row>(text)).rows);

const tables = async (url: string): Promise<string[]> => {
  const found = await rows<{ tablename: string }>(
    url,
    "SELECT tablename FROM pg_tables WHERE schemaname = 'kit' ORDER BY 1",
  );
  return found.map(({ tablename }) => tablename).filter((name) => !name.startsWith("schema_"));
};

const all = ["audit_chain", "audit_log", "audit_unsealed", "changes", "feed", "idempotency_keys", "notes", "outbox"];
const broken = {
  "20240103_trackT_broken.up.sql": "CREATE TABLE kit.half (n int); SELECT 1 / 0;",
  "20240103_trackT_broken.down.sql": "DROP TABLE kit.half;",
};

describe("migrations", () => {
  it("go up once, in order; down, in reverse; and up again", async () => {
    const url = await freshDatabase("template1");
    expect(await migrateUp(url, track)).toEqual(names);
    expect(await tables(url)).toEqual(all);
    expect(await migrateUp(url, track)).toEqual([]);
    expect(await migrateDown(url, track)).toEqual(names.toReversed());
    expect(await tables(url)).toEqual([]);
    expect(await migrateDown(url, track)).toEqual([]);
    expect(await migrateUp(url, track)).toEqual(names);
    expect(await tables(url)).toEqual(all);
  });

  it("are replaced by what lies beside them, which those who have applied them do not notice", async () => {
    const replaced = { "20240102_trackT_note_index.instead.sql": "CREATE INDEX otherwise ON kit.notes (body);" };
    const [before, after] = [await editable(), await editable(replaced)];
    const index = (url: string) =>
      rows(url, "SELECT indexname FROM pg_indexes WHERE schemaname = 'kit' AND indexname = 'otherwise'");
    const old = await freshDatabase("template1");
    await migrateUp(old, before);
    expect([await migrateUp(old, after), await index(old)]).toEqual([[], []]);
    const fresh = await freshDatabase("template1");
    expect([await migrateUp(fresh, after), await index(fresh)]).toEqual([names, [{ indexname: "otherwise" }]]);
    expect(await migrateUp(fresh, before)).toEqual([]);
  });

  it("belong to the role in whose name they are applied", async () => {
    const url = await freshDatabase("template1");
    await asAdmin(url, (client) => client.query("CREATE ROLE kit_owner"));
    onTestFinished(async () => {
      await asAdmin(url, (client) => client.query("DROP OWNED BY kit_owner CASCADE; DROP ROLE kit_owner"));
    });
    await asAdmin(url, (client) =>
      client.query(`DO $$ BEGIN
      EXECUTE format('GRANT CREATE ON DATABASE %I TO kit_owner', current_database()); END $$`),
    );
    await migrateUp(url, track, "kit_owner");
    const owners = await rows(url, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'kit'");
    expect(owners).toEqual([{ tableowner: "kit_owner" }]);
  });

  it("may be applied by several processes at once: each is applied once", async () => {
    for (let round = 0; round < 3; round += 1) {
      const url = await freshDatabase("template1");
      const applied = await Promise.all(Array.from({ length: 4 }, () => migrateUp(url, track)));
      expect(applied.flat()).toEqual(names);
      expect(await tables(url)).toEqual(all);
    }
  });

  it("refuse to run when an applied one was edited, and name it", async () => {
    const url = await freshDatabase("template1");
    await migrateUp(url, track);
    const file = `${names[1]}.up.sql`;
    const edited = await editable({ [file]: `${await readFile(join(track.directory, file), "utf8")}-- a remark\n` });
    await expect(migrateUp(url, edited)).rejects.toThrow(`${names[1]} was edited after it was applied`);
    await expect(migrateDown(url, edited)).rejects.toThrow(`${names[1]} was edited after it was applied`);
    expect(await tables(url)).toEqual(all);
  });

  it("refuse to run on a database that is newer than the program, and say so", async () => {
    const url = await freshDatabase("template1");
    await migrateUp(url, track);
    const older = await editable({ [`${names[1]}.up.sql`]: undefined, [`${names[1]}.down.sql`]: undefined });
    await expect(migrateUp(url, older)).rejects.toThrow(`has migration ${names[1]}, which this version does not know`);
  });

  it("leave nothing when one of them fails, and go on when it is mended", async () => {
    const url = await freshDatabase("template1");
    await migrateUp(url, track);
    await expect(migrateUp(url, await editable(broken))).rejects.toMatchObject({ code: "22012" });
    expect(await tables(url)).toEqual(all);
    expect(await rows(url, "SELECT name FROM kit.schema_migrations ORDER BY 1")).toEqual(
      names.map((name) => ({ name })),
    );
    const mended = await editable({ ...broken, "20240103_trackT_broken.up.sql": "CREATE TABLE kit.half (n int);" });
    expect(await migrateUp(url, mended)).toEqual(["20240103_trackT_broken"]);
    expect(await tables(url)).toContain("half");
  });

  it("leave nothing of an earlier one either when they were to be applied together", async () => {
    const url = await freshDatabase("template1");
    await expect(migrateUp(url, await editable(broken))).rejects.toMatchObject({ code: "22012" });
    expect(await tables(url)).toEqual([]);
    expect(await migrateUp(url, track)).toEqual(names);
  });
});

describe("migration files", () => {
  it.each([["20240103_note.up.sql"], ["notes.sql"], ["20240103_trackT_note.sql"], ["20240103_trackT_Note.up.sql"]])(
    "are refused when misnamed: %s",
    async (file) => {
      const { directory } = await editable({ [file]: "SELECT 1;" });
      await expect(readMigrations(directory)).rejects.toThrow(
        `Migrations are named YYYYMMDD_trackX_what.up.sql and .down.sql, unlike: ${file}`,
      );
    },
  );

  it.each([
    ["up", "down"],
    ["down", "up"],
  ])("are refused when there is %s without %s", async (there, missing) => {
    const { directory } = await editable({ [`20240103_trackT_half.${there}.sql`]: "SELECT 1;" });
    await expect(readMigrations(directory)).rejects.toThrow(
      `Each migration has a way up and a way down; missing: 20240103_trackT_half.${missing}.sql`,
    );
  });

  it("may lie beside other files", async () => {
    const { directory } = await editable({ "README.md": "# Migrations\n" });
    expect((await readMigrations(directory)).map(({ name }) => name)).toEqual(names);
  });
});

describe("pending migrations", () => {
  it("are told to the service's own role", async () => {
    const kit = await freshKit();
    expect((await schemaState(kit.db.pool, track)).pending).toEqual([]);
    expect((await schemaState(kit.db.pool, await editable(broken))).pending).toEqual(["20240103_trackT_broken"]);
  });

  it("cannot be told of a database that was never migrated", async () => {
    const url = asRole(await freshDatabase("template1"), service.role, service.password);
    const kit = await freshKit();
    await expect(schemaState(kit.open({ url }).pool, track)).rejects.toMatchObject({ code: "42P01" });
  });
});
