import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "../../..");
const squawk = join(import.meta.dirname, "../node_modules/.bin/squawk");

/** The last migrations from before there was anybody whose service runs on while they are applied. */
const baseline: Readonly<Record<string, string>> = {
  trackA: "20241020_trackA_figures",
  trackB: "20241020_trackB_ingest",
  trackC: "20241005_trackC_bounded",
};

const judge = (args: readonly string[], input?: string): { isGood: boolean; output: string } => {
  const config = ["--config", join(repository, ".squawk.toml"), "--reporter", "gcc"];
  const { status, stdout, stderr } = spawnSync(squawk, [...config, ...args], { input, encoding: "utf8" });
  return { isGood: status === 0, output: `${stdout}${stderr}` };
};

const timeout = "SET LOCAL lock_timeout = '2s';\n";

describe("migrations", () => {
  it("newer than the base line let services of the version before run on", () => {
    const files = globSync("migrations/*/*.up.sql", { cwd: repository });
    const fresh = files.filter((file) => {
      const name = basename(file, ".up.sql");
      return name > (baseline[name.split("_")[1] ?? ""] ?? "");
    });
    expect(files.length).toBeGreaterThan(fresh.length);
    const verdict = fresh.length === 0 ? { isGood: true, output: "" } : judge(fresh.map((f) => join(repository, f)));
    expect(verdict).toEqual({ isGood: true, output: "" });
  });

  it.each([
    ["ban-drop-column", "ALTER TABLE t DROP COLUMN x;"],
    ["ban-drop-table", "DROP TABLE t;"],
    ["renaming-column", "ALTER TABLE t RENAME COLUMN a TO b;"],
    ["renaming-table", "ALTER TABLE t RENAME TO u;"],
    ["adding-required-field", "ALTER TABLE t ADD COLUMN c text NOT NULL;"],
    ["adding-not-nullable-field", "ALTER TABLE t ALTER COLUMN c SET NOT NULL;"],
    ["changing-column-type", "ALTER TABLE t ALTER COLUMN c TYPE bigint;"],
    ["require-concurrent-index-creation", "CREATE INDEX i ON t (c);"],
    ["ban-concurrent-index-creation-in-transaction", "CREATE INDEX CONCURRENTLY i ON t (c);"],
    ["constraint-missing-not-valid", "ALTER TABLE t ADD CONSTRAINT q CHECK (a > 1);"],
    ["adding-foreign-key-constraint", "ALTER TABLE t ADD CONSTRAINT q FOREIGN KEY (a) REFERENCES z (a);"],
    ["disallowed-unique-constraint", "ALTER TABLE t ADD CONSTRAINT q UNIQUE (a);"],
  ])("may not do in one step: %s", (rule, statement) => {
    expect(judge([], timeout + statement)).toEqual({ isGood: false, output: expect.stringContaining(rule) });
    expect(judge([], `${timeout}-- squawk-ignore ${rule}\n${statement}`).output).not.toContain(` ${rule} `);
  });

  it("may not wait for a lock while everybody else waits behind", () => {
    const statement = "ALTER TABLE t ADD COLUMN c text;";
    expect(judge([], statement)).toMatchObject({
      isGood: false,
      output: expect.stringContaining("require-lock-timeout"),
    });
    expect(judge([], timeout + statement)).toEqual({ isGood: true, output: "" });
  });

  it("may make new tables with whatever belongs to them, and add columns that have a default", () => {
    const statements = `${timeout}CREATE TABLE n (a text PRIMARY KEY, b text NOT NULL);
      CREATE INDEX n_b ON n (b);
      ALTER TABLE t ADD COLUMN c text NOT NULL DEFAULT '';
      ALTER TABLE t ADD CONSTRAINT q CHECK (c <> 'x') NOT VALID;`;
    expect(judge([], statements)).toEqual({ isGood: true, output: "" });
  });
});
