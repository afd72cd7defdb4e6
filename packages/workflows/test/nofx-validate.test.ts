import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../src/workflows.ts";
import { agentFiles, cli, directoryWith, type Ran, step } from "./run.ts";

const validate = (cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  step(
    ["bash", join(root, ".github/actions/nofx-validate/validate.sh")],
    { INPUT_COMMAND: cli.join(" "), ...env },
    cwd,
  );

describe("the action nofx-validate", () => {
  it("0: says what was judged, in the summary and as outputs", async () => {
    const cwd = await directoryWith(agentFiles("greeter"));
    const { exitCode, log, summary, outputs } = await validate(cwd);
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: "1 agent in 1 version: 0 errors, 0 warnings\n" });
    expect(summary).toMatch(/^### ✅ nofx validate\n/);
    expect(outputs).toEqual({ valid: "true", agents: "1", templates: "0", versions: "1", errors: "0", warnings: "0" });
  });

  it("1: annotates file, line and column, and writes SARIF", async () => {
    const cwd = await directoryWith({
      ...agentFiles("greeter", { version: "one" }),
      ...Object.fromEntries(
        Object.entries(agentFiles("other", { descripton: "x" })).map(([path, text]) => [`more of it/${path}`, text]),
      ),
    });
    const env = { INPUT_PATHS: "agents\n  more of it  \n\n", INPUT_SARIF: "nofx.sarif" };
    const { exitCode, log, summary, outputs } = await validate(cwd, env);
    expect(exitCode).toBe(1);
    expect(log).toMatch(/^::error file=agents\/greeter\/agent\.json,line=4,col=14,title=nofx \w+::\$\.version: /m);
    expect(log).toMatch(/^::warning file=more of it\/agents\/other\/agent\.json,line=18,col=3,title=nofx \w+::/m);
    expect(summary).toMatch(/\| error \| agents\/greeter\/agent\.json:4:14 \|/);
    expect(outputs).toMatchObject({ valid: "false", agents: "2", errors: "1", warnings: "1" });
    expect(JSON.parse(await readFile(join(cwd, "nofx.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  it("1: warnings, if it is strict", async () => {
    const cwd = await directoryWith(agentFiles("greeter", { descripton: "x" }));
    expect((await validate(cwd)).exitCode).toBe(0);
    expect((await validate(cwd, { INPUT_STRICT: "true" })).exitCode).toBe(1);
  });

  it("1: says that nothing was judged, and no option hides in a path", async () => {
    const cwd = await directoryWith({ "empty/.keep": "" });
    for (const INPUT_PATHS of ["empty", "absent", "--version"]) {
      const { exitCode, log, outputs } = await validate(cwd, { INPUT_PATHS });
      expect(exitCode, INPUT_PATHS).toBe(1);
      expect(log).toMatch(/^::error title=nofx validate::Nothing was judged/m);
      expect(outputs).toEqual({});
    }
  });
});
