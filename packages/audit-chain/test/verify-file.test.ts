import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AuditFacts, type SealedEntry, toLine } from "../src/index.ts";
import { plainChain, sealAll } from "./chain.ts";

const program = join(import.meta.dirname, "../src/verify-file.ts");

/** Runs the verifier as a process. */
const verify = async (
  parameters: readonly string[],
  input = "",
): Promise<{ code: number; out: string; err: string }> => {
  const child = spawn(process.execPath, [program, ...parameters], { stdio: "pipe" });
  child.stdin.on("error", () => undefined).end(input);
  const [[code], out, err] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code: code as number, out, err };
};

const exportOf = (chain: readonly SealedEntry[]): string =>
  chain.map((sealed) => toLine(sealed, JSON.stringify(sealed.entry?.details))).join("");

const fileOf = async (content: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "audit-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, "export.ndjson");
  await writeFile(file, content);
  return file;
};

const chain = plainChain(300);
const last = chain.at(-1) as SealedEntry;

describe("the offline verifier", () => {
  it("exits 0 and gives the head of a chain that holds", async () => {
    const expected = { code: 0, out: `OK: 300 entries, head 300:${last.hash}\n`, err: "" };
    expect(await verify([await fileOf(exportOf(chain))])).toEqual(expected);
    expect(await verify(["-"], exportOf(chain))).toEqual(expected);
  });

  it("ends lines at line feeds alone, whatever separators the texts hold", async () => {
    const [plain] = plainChain(1) as [SealedEntry & { entry: AuditFacts }];
    const odd = sealAll([{ ...plain.entry, actor: "a\u2028b\u2029c\u0085d\re\nf" }]);
    expect(await verify(["-"], exportOf(odd))).toMatchObject({ code: 0, err: "" });
  });

  it("exits 1 and names the row that was changed, and what was found there", async () => {
    const tampered = exportOf(chain).replace('{"n":217}', '{"n":218}');
    const { code, out } = await verify([await fileOf(tampered)]);
    expect(code).toBe(1);
    expect(out).toContain("BROKEN: position 218, id 227, reason altered\n");
    expect(out).toContain(`expected ${chain[217]?.hash}`);
    expect(out).toContain("217 entries before it hold");
  });

  it("exits 1 and names the line that is no entry", async () => {
    const cut = exportOf(chain.slice(0, 3)).slice(0, -5);
    expect(await verify(["-"], cut)).toMatchObject({ code: 1, out: expect.stringMatching(/^BROKEN: line 3: /) });
  });

  it("finds with a kept head that the end was cut off", async () => {
    const cut = await fileOf(exportOf(chain.slice(0, 299)));
    expect(await verify([cut])).toMatchObject({ code: 0 });
    const { code, out } = await verify([cut, "--head", `300:${last.hash}`]);
    expect(code).toBe(1);
    expect(out).toContain("position 300, id unknown, reason checkpoint_mismatch");
    expect(out).toContain(`expected ${last.hash}\n  found    nothing`);
    expect(await verify(["-", "--head", `300:${last.hash}`], exportOf(chain))).toMatchObject({ code: 0 });
  });

  it.each([
    [[], "Name one file"],
    [["a", "b"], "Name one file"],
    [["a", "--head", "12:abc"], '"12:abc" is not a head'],
    [["a", "--nose"], "Unknown option '--nose'"],
  ])("exits 2 and says how it is used when it is called with %j", async (parameters, message) => {
    const { code, err } = await verify(parameters);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("Usage: verify-file");
  });

  it.each(["/nowhere/export.ndjson", import.meta.dirname])("exits 2 when it cannot read %s", async (path) => {
    expect(await verify([path])).toMatchObject({ code: 2, err: expect.stringMatching(/ENOENT|EISDIR/) });
  });
});
