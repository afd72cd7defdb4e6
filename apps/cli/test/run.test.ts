import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { Command, CommandGroup } from "../src/command.ts";
import { localFailure } from "../src/failure.ts";
import { clearLine } from "../src/output/progress.ts";
import { nofx, nofxJson, person } from "./cli.ts";

/** A program with one command that does this. */
const programOf = (run: Command["run"]): readonly CommandGroup[] => [
  {
    title: "Try:",
    commands: [
      {
        path: ["deep", "try"],
        summary: "try something",
        arguments: [],
        options: [],
        examples: ["nofx deep try"],
        load: async () => ({ input: z.object({}), output: z.string(), run, tell: (output) => String(output) }),
      },
    ],
  },
];

const trying = (run: Command["run"], ...argv: string[]) => nofx(["deep", "try", ...argv], { groups: programOf(run) });

/** A server that answers everything alike. */
const serverOf = async (answer: { status: number; type: string; body: string }): Promise<string> => {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe("usage", () => {
  it.each([
    [["serch"], "unknown command 'serch'", "Did you mean search?"],
    [["search", "--limt", "3"], "unknown option '--limt'", "Did you mean --limit?"],
    [["search", "--type", "robot"], "Allowed choices are agent, template.", "See: nofx search --help"],
    [["search", "--sort", "size"], "Allowed choices are relevance, recent", "See: nofx search --help"],
    [["status", "a", "b"], "too many arguments", "See: nofx status --help"],
    [["search", "--limit"], "option '--limit <number>' argument missing", "See: nofx search --help"],
    [["tokens", "lst"], "unknown command 'lst'", "Did you mean list?"],
    [["tokens", "--lst"], "unknown option '--lst'", "See: nofx tokens --help"],
    [["rollback"], "missing required argument 'resource'", "Such as: nofx rollback agent:code-review --to 1.3.0"],
    [["--frobnicate"], "unknown option '--frobnicate'", "See: nofx --help"],
    [
      ["lifecycle", "agent:greeter", "off", "--reason", "Try"],
      '<status>: "off" is none of these: active, deprecated, disabled, archived',
      "See: nofx lifecycle --help",
    ],
    [["search", "--origin", "here"], '--origin: "here" is not an address', "Give one such as"],
  ])("2: %j", async (argv, told, next) => {
    const { exitCode, stdout, stderr } = await nofx(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n {2}→ [^\n]+\n$/);
    expect(stderr).toContain(told);
    expect(stderr).toContain(next);
    const { exitCode: same, document } = await nofxJson("error", argv);
    expect(same).toBe(2);
    expect(document).toMatchObject({ error: { code: "usage" } });
  });

  it("0: help and the version, which no setting can break", async () => {
    const origin = "nonsense";
    expect(await nofx(["--version"], { origin })).toMatchObject({ exitCode: 0, stdout: "0.1.0\n", stderr: "" });
    for (const argv of [["--help"], ["help"], [], ["help", "search"]]) {
      const { exitCode, stdout, stderr } = await nofx(argv, { origin });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain("Usage: nofx");
    }
    expect((await nofx(["deep"], { groups: programOf(async () => ({ output: "" })) })).stdout).toContain(
      "try something",
    );
  });

  it("takes global options before and after the command", async () => {
    const [before, after] = [await nofx(["--json", "search"]), await nofx(["search", "--json"])];
    expect(Object.keys(before.json())).toEqual(Object.keys(after.json()));
  });
});

describe("no answer", () => {
  it.each(["http://127.0.0.1:1", "http://nowhere.invalid"])(
    "3: from %s says how to start it or where to look",
    async (origin) => {
      const { exitCode, stderr } = await nofx(["search"], { origin });
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`error: ${origin} does not answer: `);
      expect(stderr).toContain("→ Start the control plane with `npm start`");
      const { document } = await nofxJson("search", ["search"], { origin });
      expect(document).toMatchObject({ error: { code: "no_answer" } });
    },
  );

  it("3: a proxy's error page is told as what it is", async () => {
    const origin = await serverOf({ status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" });
    const { exitCode, stderr } = await nofx(["search"], { origin });
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`→ Check that ${origin} is a NOFX control plane`);
  });

  it("3: no answer in time", async () => {
    const { exitCode, stderr } = await trying(() => Promise.reject(new DOMException("late", "TimeoutError")));
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining("did not answer in time") });
  });

  it("3: a service that is overloaded", async () => {
    const problem = {
      type: "urn:nofx:error:unavailable",
      title: "Busy",
      status: 503,
      code: "unavailable",
      correlationId: "c1",
    };
    const origin = await serverOf({ status: 503, type: "application/problem+json", body: JSON.stringify(problem) });
    const { exitCode, stderr } = await nofx(["search", "--verbose"], { origin });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("error: Busy\n  → Try again in a moment");
    expect(stderr).toContain("correlation id: c1");
  });
});

describe("a fault of nofx itself", () => {
  const broken = () => Promise.reject(new RangeError("one too many", { cause: new Error("the reason") }));

  it("1: is told as such, without a stack", async () => {
    const { exitCode, stdout, stderr } = await trying(broken);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toBe(
      "error: this is a fault of nofx: one too many\n  → Report it with the output of the same command and --verbose.\n",
    );
  });

  it("1: --verbose shows the stack and its causes", async () => {
    const { stderr } = await trying(broken, "--verbose");
    expect(stderr).toMatch(/RangeError: one too many\n +at .*\ncaused by Error: the reason/s);
  });

  it("1: names the last correlation id, and whatever was thrown", async () => {
    const { exitCode, stderr } = await trying(async (context) => {
      await (await context.search()).getSystemHealth();
      throw "a text";
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/fault of nofx: a text \(correlation id of the last answer: [\w-]+\)/);
  });
});

describe("Ctrl-C", () => {
  it("1: ends a command that waits, for an answer or for anything else", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const ending = new AbortController();
    silent.once("request", () => ending.abort());
    const { exitCode, stderr } = await nofx(["search"], { origin, signal: ending.signal });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("Ended before it was done") });
    const other = new AbortController();
    const waiting: Command["run"] = () => {
      setImmediate(() => other.abort());
      return new Promise(() => undefined);
    };
    const ended = await nofx(["deep", "try"], { groups: programOf(waiting), signal: other.signal });
    expect(ended.exitCode).toBe(1);
  });
});

describe("output", () => {
  it("one JSON document a line, of commands that go on; the exit code is the worst", async () => {
    const many: Command["run"] = async function* () {
      yield { output: "one" };
      yield { output: "two", exitCode: 1 };
      yield { output: "three" };
    };
    expect(await trying(many, "--json")).toMatchObject({ exitCode: 1, stdout: '"one"\n"two"\n"three"\n' });
    expect((await trying(many)).stdout).toBe("one\ntwo\nthree\n");
  });

  it("nothing reaches a terminal that it would obey, neither as text nor as JSON", async () => {
    const evil: Command["run"] = async () => ({ output: "a\u001b]0;x\u0007b\u009b31mc\u202ed\n\te" });
    expect((await trying(evil)).stdout).toBe("a\ufffd]0;x\ufffdb\ufffd31mc\ufffdd\n\te\n");
    const { stdout } = await trying(evil, "--json");
    expect(stdout).toBe('"a\\u001b]0;x\\u0007b\\u009b31mc\u202ed\\n\\te"\n');
    const failing = await trying(() => Promise.reject(localFailure("x", "a\u001b[2Jb", "c\u001b[2Jd")));
    expect(failing.stderr).toBe("error: a\ufffd[2Jb\n  → c\ufffd[2Jd\n");
  });

  it("findings of a failure come before it, and in its JSON", async () => {
    const found = {
      file: "a.json",
      line: 2,
      path: "$.x",
      field: "x",
      code: "c",
      message: "Wrong",
      severity: "error",
      fix: "y",
    } as const;
    const failing = () => Promise.reject(Object.assign(localFailure("broken", "Not published"), {}));
    expect((await trying(failing)).stderr).toBe("error: Not published\n");
    const { CliFailure } = await import("../src/failure.ts");
    const details = { exitCode: 1, code: "broken", message: "Not published", findings: [found] } as const;
    const withFindings = () => Promise.reject(new CliFailure(details));
    expect((await trying(withFindings)).stderr).toBe(
      "a.json:2:1: error: $.x: Wrong (such as y)\nerror: Not published\n",
    );
    const { document } = await nofxJson("deep-try", ["deep", "try"], { groups: programOf(withFindings) });
    expect(document).toEqual({ error: { code: "broken", message: "Not published", findings: [found] } });
  });

  it("has colours on a terminal, unless NO_COLOR, --no-color or a dumb one; in a pipe only with FORCE_COLOR", async () => {
    const coloured = async (argv: string[], options: object) =>
      (await nofx(["serch", ...argv], options)).stderr.startsWith("\u001b[31m");
    expect(await coloured([], { columns: 80 })).toBe(true);
    expect(await coloured(["--no-color"], { columns: 80 })).toBe(false);
    expect(await coloured([], { columns: 80, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await coloured([], { columns: 80, env: { TERM: "dumb" } })).toBe(false);
    expect(await coloured([], {})).toBe(false);
    expect(await coloured([], { env: { FORCE_COLOR: "1" } })).toBe(true);
  });

  it("--verbose tells each request with its time and correlation id, and never the token", async () => {
    const { token } = await person("viewer");
    const { stderr } = await nofx(["search", "--verbose"], { token });
    expect(stderr).toMatch(/^Origin http:\S+, token of NOFX_TOKEN\nGET http:\S+ → 200 in \d+ ms, [\w-]+\n$/);
    expect(stderr).not.toContain(token);
    expect((await nofx(["search", "--verbose"], { origin: "http://127.0.0.1:1" })).stderr).toContain("→ no answer in");
  });

  it("shows progress on a terminal, on stderr only, and takes it away", async () => {
    const { stdout, stderr } = await nofx(["search"], { columns: 80 });
    expect(stderr).toContain("Searching");
    expect(stdout).not.toContain("Searching");
    expect(stderr.split(clearLine).at(-1)).toBe("");
  });

  it("takes progress away before it says what went wrong, or notes anything", async () => {
    const failing = await nofx(["search"], { columns: 80, origin: "http://127.0.0.1:1" });
    expect(failing.stderr.split(clearLine).at(-1)).toMatch(/^\S*error:/);
    const noting: Command["run"] = ({ progress, note }) =>
      progress("Counting", async () => {
        note("one");
        return { output: "1" };
      });
    const { stderr } = await nofx(["deep", "try"], { groups: programOf(noting), columns: 80 });
    expect(stderr.split(clearLine)).toContain("one\n");
  });

  it("shows no progress where a terminal cannot take it away", async () => {
    const { stderr } = await nofx(["search"], { columns: 80, env: { TERM: "dumb" } });
    expect(stderr).toBe("");
  });
});

describe("questions", () => {
  const asking: Command["run"] = async ({ prompts }) => ({
    output: `${await prompts.ask("--name", ({ input }, where) => input({ message: "Name?" }, where))}!`,
  });

  it("2: are not asked where nobody can answer; the flag to give is named", async () => {
    const { exitCode, stderr } = await trying(asking);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("standard input is not a terminal\n  → Give --name.");
  });

  it("0: are asked on stderr", async () => {
    const options = { groups: programOf(asking), columns: 80, typed: "Ada\r" };
    const { stdout, stderr } = await nofx(["deep", "try"], options);
    expect(stdout).toBe("Ada!\n");
    expect(stderr).toContain("Name?");
  });

  it("2: Ctrl-C ends them without a stack", async () => {
    const options = { groups: programOf(asking), columns: 80, typed: "\u0003" };
    const { exitCode, stderr } = await nofx(["deep", "try"], options);
    expect(exitCode).toBe(2);
    expect(stripVTControlCharacters(stderr)).toContain("error: Nothing was answered; nothing was done");
  });
});
