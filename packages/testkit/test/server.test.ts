import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { askOnce } from "@nofx/db-kit";
import pg from "pg";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import type { TestProject } from "vitest/node";
import { setup } from "../src/global-setup.ts";
import { cloneDatabase, prepareTemplate, startTestServer, type TestDatabase, type TestTrack } from "../src/server.ts";

const track: TestTrack = {
  schema: "tiny",
  role: "tiny_service",
  directory: fileURLToPath(new URL("./migrations", import.meta.url)),
};

/** Whether containers can be started here. */
const hasEngine = process.env.TEST_DATABASE === "container";

const serverUrl = (): string => inject("testServerUrl");

/** The database's number: another one after it was made again. */
const identity = async (name: string) =>
  (await askOnce(serverUrl(), "SELECT oid FROM pg_database WHERE datname = $1", [name]))[0];

const clone = async (): Promise<TestDatabase> => {
  const database = await cloneDatabase(serverUrl(), await prepareTemplate(serverUrl(), track), track.role);
  onTestFinished(() => database.drop());
  return database;
};

describe("the template", () => {
  it("is made once and used again", async () => {
    const name = await prepareTemplate(serverUrl(), track);
    const made = await identity(name);
    expect(await prepareTemplate(serverUrl(), track)).toBe(name);
    expect(await identity(name)).toEqual(made);
  });

  it("is made once by all who ask at the same time", async () => {
    const own = { ...track, directory: await editedMigrations("-- asked for by many\n") };
    const names = await Promise.all(Array.from({ length: 4 }, () => prepareTemplate(serverUrl(), own)));
    expect(new Set(names).size).toBe(1);
    expect(await identity(names[0] ?? "")).toBeDefined();
  });

  it("is another one when the migrations are others", async () => {
    const other = await prepareTemplate(serverUrl(), { ...track, directory: await editedMigrations("-- edited\n") });
    expect(other).not.toBe(await prepareTemplate(serverUrl(), track));
    expect(other).toMatch(/^template_tiny_[0-9a-f]{12}$/);
  });

  it("is made anew when its maker was interrupted", async () => {
    const own = { ...track, directory: await editedMigrations("-- interrupted\n") };
    const name = await prepareTemplate(serverUrl(), own);
    const half = await identity(name);
    await askOnce(serverUrl(), `ALTER DATABASE ${name} WITH IS_TEMPLATE false`);
    await prepareTemplate(serverUrl(), own);
    expect(await identity(name)).not.toEqual(half);
  });

  it("lets nobody in, so that it can always be cloned", async () => {
    const url = new URL(serverUrl());
    url.pathname = `/${await prepareTemplate(serverUrl(), track)}`;
    await expect(askOnce(url.href, "SELECT 1")).rejects.toMatchObject({ code: "55000" });
  });
});

/** The migrations with something added, in a directory of the test's own. */
const editedMigrations = async (addition: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-testkit-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await cp(track.directory, directory, { recursive: true });
  const file = "20240102_trackT_more";
  await writeFile(join(directory, `${file}.up.sql`), addition);
  await writeFile(join(directory, `${file}.down.sql`), "");
  return directory;
};

describe("a clone", () => {
  it("is as the migrations left it, and independent of every other", async () => {
    const [one, two] = [await clone(), await clone()];
    await askOnce(one.url, "INSERT INTO words VALUES ('second')");
    expect(await one.query("SELECT word FROM tiny.words ORDER BY 1")).toEqual([{ word: "first" }, { word: "second" }]);
    expect(await two.query("SELECT word FROM tiny.words")).toEqual([{ word: "first" }]);
    expect(await (await clone()).query("SELECT word FROM tiny.words")).toEqual([{ word: "first" }]);
  });

  it("can be made by many at once", async () => {
    const clones = await Promise.all(Array.from({ length: 5 }, clone));
    expect(new Set(clones.map(({ url }) => url)).size).toBe(5);
  });

  it("is entered as the service's role, which may do what its grants say and no more", async () => {
    const { url } = await clone();
    expect(await askOnce(url, "SELECT current_user AS role, current_schema() AS schema")).toEqual([
      { role: "tiny_service", schema: "tiny" },
    ]);
    await expect(askOnce(url, "DELETE FROM words")).rejects.toMatchObject({ code: "42501" });
  });

  it("lets the test look behind the service's back, with parameters", async () => {
    const database = await clone();
    expect(await database.query("DELETE FROM tiny.words WHERE word = $1 RETURNING word", ["first"])).toEqual([
      { word: "first" },
    ]);
    expect(await askOnce(database.adminUrl, "SELECT current_user AS role")).not.toEqual([{ role: "tiny_service" }]);
  });

  it("is gone after it was dropped, whoever is still connected; dropping it twice is no error", async () => {
    const database = await clone();
    const client = new pg.Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
    await database.drop();
    await expect(askOnce(database.url, "SELECT 1")).rejects.toMatchObject({ code: "3D000" });
    await database.drop();
    await client.end();
  });

  it("is gone soon after that was asked for", async () => {
    const database = await clone();
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    database.dropSoon();
    await vi.waitUntil(async () => (await identity(database.name)) === undefined);
  });
});

describe("the tests' server", () => {
  it("is the one whose address is given, and is not stopped", async () => {
    const server = await startTestServer(serverUrl());
    expect(server.url).toBe(serverUrl());
    await server.stop();
    expect(await askOnce(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("is the one of TEST_DATABASE_URL", async () => {
    vi.stubEnv("TEST_DATABASE_URL", "postgres://somewhere/postgres");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await startTestServer()).url).toBe("postgres://somewhere/postgres");
  });

  it("is of a kind that there is", async () => {
    vi.stubEnv("TEST_DATABASE", "contaner");
    await expect(startTestServer("")).rejects.toThrow(
      'TEST_DATABASE is "contaner"; set it to "embedded" or "container"',
    );
  });

  it.runIf(hasEngine)("is one in a container, if that is asked for", async () => {
    vi.stubEnv("TEST_DATABASE", "container");
    const server = await startTestServer("");
    expect(await askOnce(server.url, "SHOW fsync")).toEqual([{ fsync: "off" }]);
    await server.stop();
    await expect(askOnce(server.url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("is otherwise an embedded one, gone after stop", async () => {
    const server = await startTestServer("");
    expect(await askOnce(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await server.stop();
    await expect(askOnce(server.url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("is told to every test file of a package, and what they have left there is dropped", async () => {
    vi.stubEnv("TEST_DATABASE_URL", serverUrl());
    onTestFinished(() => void vi.unstubAllEnvs());
    const provided: Record<string, unknown> = {};
    const project = { provide: (name: string, value: unknown) => Object.assign(provided, { [name]: value }) };
    const stop = await setup(project as unknown as TestProject);
    expect(provided).toEqual({ testServerUrl: serverUrl(), testRun: expect.stringMatching(/^test_\w+$/) });
    const template = await prepareTemplate(serverUrl(), track);
    const left = await cloneDatabase(serverUrl(), template, track.role, String(provided.testRun));
    const another = await clone();
    await stop();
    expect(await identity(left.name)).toBeUndefined();
    expect(await identity(another.name)).toBeDefined();
  });
});
