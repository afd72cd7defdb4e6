import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { askOnce } from "@nofx/db-kit";
import { startEmbedded } from "@nofx/db-kit/embedded";
import { registryTrack } from "@nofx/registry";
import { manifest } from "@nofx/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCommand } from "../src/command.ts";
import { adminUrlOf, makePlaces, type Places, password, provision, startArchiving } from "./cluster.ts";
import { openRegistry } from "./registry.ts";

const quick = { fsync: "off", wal_init_zero: "off", scram_iterations: "1" };

/** Runs a command; gives its exit code and what it printed. */
const running =
  (places: Places, BACKUP_DATABASE_URL?: string) =>
  async (command: string, ...more: string[]) => {
    const printed: string[] = [];
    const kept = ["--backups", places.backups, "--archive", places.archive];
    const args = command === "list" ? kept.slice(0, 2) : command === "point" ? [] : kept;
    const code = await runCommand([command, ...args, ...more], {
      env: { BACKUP_DATABASE_URL },
      print: (text) => printed.push(text),
    });
    return { code, text: printed.join("\n") };
  };

const cluster = async () => {
  const places = await makePlaces();
  onTestFinished(places.remove);
  const server = await startArchiving(places, { dataDirectory: places.data, settings: quick });
  onTestFinished(server.stop);
  return { places, server, adminUrl: await provision(server, [registryTrack]), run: running(places, server.url) };
};

type Run = ReturnType<typeof running>;

/** Does something to a backup or its archive, runs what is to notice it, and mends it. */
const tellsDamage = async ({ backups, archive, elsewhere }: Places, run: Run, name: string): Promise<void> => {
  const backup = join(backups, name);
  const first = /file ([0-9A-F]{24})/.exec(await readFile(join(backup, "backup_label"), "utf8"))?.[1] ?? "";
  const without = async (file: string, check: () => Promise<void>): Promise<void> => {
    await rename(file, `${file}.away`);
    await check();
    await rename(`${file}.away`, file);
  };
  const restore = () => run("restore", "--data", elsewhere("again"), "--latest");

  await without(join(archive, first), async () => {
    const text = expect.stringContaining(`Segment ${first} is missing from the archive: without it`);
    expect(await run("verify")).toEqual({ code: 1, text });
    expect(await restore()).toEqual({ code: 1, text });
  });
  await without(join(backup, "global/pg_control"), async () => {
    expect((await run("verify")).text).toContain("global/pg_control is missing");
  });
  await without(join(backup, "backup_manifest"), async () => {
    expect((await run("verify")).code).toBe(1);
  });
  await cp(join(backup, "global/pg_filenode.map"), join(backup, "stranger"));
  expect((await run("verify")).text).toContain("stranger does not belong to the backup");
  await rm(join(backup, "stranger"));
  await cp(join(backup, "base/5/PG_VERSION"), elsewhere("kept"));
  await writeFile(join(backup, "base/5/PG_VERSION"), "81\n");
  expect((await run("verify")).text).toContain("base/5/PG_VERSION is damaged");
  expect((await restore()).text).toContain("base/5/PG_VERSION of backup");
  expect(await readdir(elsewhere("again"))).toEqual([]);
  await appendFile(join(backup, "base/5/PG_VERSION"), "\n");
  expect((await run("verify")).text).toContain("base/5/PG_VERSION has 4 bytes instead of 3");
  await cp(elsewhere("kept"), join(backup, "base/5/PG_VERSION"));
  expect((await run("verify")).code).toBe(0);

  const early = await run("restore", "--data", elsewhere("again"), "--time", "2026-01-01T00:00:00Z");
  expect(early.text).toContain("No backup ended before 2026-01-01T00:00:00.000Z");
  const late = await run("restore", "--data", elsewhere("again"), "--name", "nowhere");
  expect(late.text).toContain("recovery ended before configured recovery target was reached");
  expect(await readdir(elsewhere("again"))).toEqual([]);
};

/** As somebody would who owns the database. */
const tampering = `
  SET session_replication_role = replica;
  UPDATE registry.agent_versions SET document = document || ' ' WHERE agent_id = 'after';
  UPDATE registry.audit_log SET actor = 'somebody else' WHERE resource_id = 'before'`;

const keepsClosed = async ({ elsewhere }: Places, run: Run): Promise<void> => {
  const { code, text } = await run("restore", "--data", elsewhere("tampered"), "--latest");
  expect(code).toBe(1);
  expect(text).toContain("1 rows of registry.agent_versions do not have their digest");
  expect(text).toMatch(/The audit log of "acme" in registry is broken: altered at \d+/);
  await expect(startEmbedded({ dataDirectory: elsewhere("tampered"), password })).rejects.toThrow("pg_hba.conf");
};

const prunes = async ({ backups, archive }: Places, run: Run, name: string): Promise<void> => {
  await cp(join(backups, name), join(backups, "20200101T000000000Z"), { recursive: true });
  await writeFile(join(archive, "000000010000000000000000"), "");
  await rename(join(backups, name, "PG_VERSION"), join(backups, name, "VERSION"));
  expect((await run("prune", "--keep", "1")).text).toContain("Nothing was removed, since the newest backup");
  await rename(join(backups, name, "VERSION"), join(backups, name, "PG_VERSION"));
  const told = /^Kept 1 backups, removed 1 and \d+ files of the log$/;
  expect(await run("prune", "--keep", "1")).toEqual({ code: 0, text: expect.stringMatching(told) });
  expect(await readdir(backups)).toEqual([name]);
  expect((await run("verify")).code).toBe(0);
};

describe("backup and restore", () => {
  it("brings back what was there at a moment, under a new epoch, verified; and says clearly what it cannot", async () => {
    const { places, server, adminUrl, run } = await cluster();
    const registry = await openRegistry(server);
    const token = await registry.welcome();
    const alice = registry.as(token);
    await unwrap(alice.publishAgent({ body: manifest({ agentId: "before" }) }));

    expect(await run("take")).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Backup \d{8}T\d{9}Z: \d+ files/),
    });
    await unwrap(alice.publishAgent({ body: manifest({ agentId: "between" }) }));
    expect(await run("point", "--name", "here")).toMatchObject({ code: 0 });
    const { next } = await unwrap(alice.listChanges({ from: "now" }));
    await unwrap(alice.publishAgent({ body: manifest({ agentId: "after" }) }));
    await registry.stop();
    await askOnce(adminUrl, tampering);
    await askOnce(server.url, "SELECT pg_switch_wal()");
    await server.stop();

    const [name = ""] = await readdir(places.backups);
    expect((await run("list")).text).toContain(name);
    expect(await run("verify")).toMatchObject({ code: 0, text: expect.stringContaining(`OK: backup ${name}`) });

    const data = places.elsewhere("restored");
    const restored = await run("restore", "--data", data, "--name", "here");
    expect(restored).toMatchObject({
      code: 0,
      text: expect.stringMatching(/nofx\.registry: 2 agent_versions, 2 agent_files, \d+ audit entries; new epoch/),
    });
    const again = await startEmbedded({ dataDirectory: data, password, settings: quick });
    onTestFinished(again.stop);
    const there = await openRegistry(again);
    onTestFinished(there.stop);
    const reader = there.as(token);
    const { agents } = await unwrap(reader.listAgents());
    expect(agents.map(({ agentId }) => agentId).sort()).toEqual(["before", "between"]);
    expect(await reader.listChanges({ after: next })).toBeProblem(410, "changes_gone");
    const renewals = await askOnce(
      adminUrlOf(again),
      "SELECT actor, reason FROM registry.audit_log WHERE action = 'feed.epoch_renewed'",
    );
    expect(renewals).toEqual([{ actor: "restore", reason: `Restored backup ${name} to "here"` }]);

    expect(await run("restore", "--data", data, "--latest")).toMatchObject({
      code: 1,
      text: expect.stringContaining("is not empty"),
    });
    await keepsClosed(places, run);
    await tellsDamage(places, run, name);
    await prunes(places, run, name);
  }, 180_000);

  it("refuses a server that archives nothing, and one whose archive is elsewhere; both leave nothing behind", async () => {
    const places = await makePlaces();
    onTestFinished(places.remove);
    const server = await startEmbedded({ dataDirectory: places.data, password, settings: quick });
    onTestFinished(server.stop);
    const run = running(places, server.url);
    expect(await run("take")).toEqual({ code: 1, text: expect.stringContaining("set archive_mode = on") });
    await server.stop();
    const archiving = await startArchiving(places, { dataDirectory: places.data, settings: quick });
    onTestFinished(archiving.stop);
    const other = running({ ...places, archive: places.root }, archiving.url);
    const text = expect.stringMatching(/did not get to .* within 1000 ms: does the server archive to there/);
    expect(await other("take", "--wait-seconds", "1")).toEqual({ code: 1, text });
    expect(await readdir(places.backups)).toEqual([]);
    const taking = running(places, archiving.url);
    await mkdir(join(places.backups, "20260101T000000000Z.partial"));
    expect(await run("list")).toEqual({ code: 0, text: "" });
    expect(await run("verify")).toEqual({ code: 1, text: `There is no backup in ${places.backups}` });
    const [one, two] = await Promise.all([taking("take"), taking("take")]);
    expect([one.code, two.code].sort()).toEqual([0, 1]);
    expect(`${one.text}${two.text}`).toContain("Another backup of this server is at work");
    expect(await readdir(places.backups)).toHaveLength(1);
  });

  it("tells how it is used", async () => {
    const places = await makePlaces();
    onTestFinished(places.remove);
    const run = running(places);
    expect(await run("take")).toMatchObject({ code: 2, text: expect.stringContaining("Set BACKUP_DATABASE_URL") });
    expect(await run("fly")).toMatchObject({
      code: 2,
      text: expect.stringMatching(/There is no command fly\n\nUsage/),
    });
    expect(await run("verify", "--wings", "2")).toMatchObject({ code: 2 });
    const restore = (...more: string[]) => run("restore", "--data", "/nowhere", ...more);
    expect((await restore("--time", "yesterday")).text).toContain("--time: must be like");
    expect((await restore()).text).toContain("Say one of --latest, --time and --name");
    expect((await restore("--latest", "--name", "x")).text).toContain("Say one of");
  });
});
