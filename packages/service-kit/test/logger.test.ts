import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLogger } from "../src/index.ts";
import { redact } from "../src/logger.ts";
import { readableLog } from "./things.ts";

const apiToken = `nofx_${"aB3-_".repeat(8)}`;
const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl-_";

describe("a text", () => {
  it.each([
    ["an API token", `token=${apiToken}&x=1`, "token=[redacted]&x=1"],
    ["a JSON Web Token", `got ${jwt}.`, "got [redacted]."],
    ["an unsigned JSON Web Token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "[redacted]"],
    ["a bearer header", "Bearer s3cret! next", "Bearer [redacted] next"],
    ["a password in a URL", "postgres://nofx:s3cret@db:5432/nofx", "postgres://nofx:[redacted]@db:5432/nofx"],
    ["several of them", `${apiToken} ${jwt}`, "[redacted] [redacted]"],
  ])("loses %s", (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    "",
    "GET /api/agents/code-review",
    "alice@example.com",
    "http://127.0.0.1:4000/a@b",
    "nofx_short",
    "eyJust a word",
  ])("without a secret stays: %j", (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("a log line", () => {
  it("has time, level and service, and is JSON", () => {
    const { log, lines } = readableLog();
    log.warn({ n: 1 }, "hello");
    expect(lines).toEqual([{ level: "warn", time: expect.any(String), service: "things", n: 1, msg: "hello" }]);
    expect(new Date(String(lines[0]?.time)).toISOString()).toBe(lines[0]?.time);
  });

  it("below the level is not written", () => {
    const { log, lines } = readableLog();
    log.debug("hello");
    expect(lines).toEqual([]);
  });

  it.each(["authorization", "token", "secret", "password"])(
    "hides the field %s, at the top and one level down",
    (field) => {
      const { log, lines } = readableLog();
      log.info({ [field]: "s3cret", inner: { [field]: "s3cret" } });
      expect(lines[0]).toMatchObject({ [field]: "[redacted]", inner: { [field]: "[redacted]" } });
    },
  );

  it("hides cookies", () => {
    const { log, lines } = readableLog();
    log.info({ headers: { cookie: "s3cret" } });
    expect(JSON.stringify(lines)).not.toContain("s3cret");
  });

  it("hides secrets in addresses", () => {
    const { log, lines } = readableLog();
    log.info({ url: `/api?token=${apiToken}` });
    expect(lines[0]?.url).toBe("/api?token=[redacted]");
  });

  it.each(["err", "error"])("hides secrets in the message and stack of %s, its cause included", (field) => {
    const { log, lines } = readableLog();
    const cause = new Error(`refused ${jwt}`);
    log.error({ [field]: new Error("cannot reach postgres://nofx:s3cret@db/nofx", { cause }) });
    const written = JSON.stringify(lines);
    expect(written).toContain("cannot reach postgres://nofx:[redacted]@db/nofx");
    expect(written).not.toContain("s3cret");
    expect(written).not.toContain(jwt);
    expect(lines[0]).toHaveProperty(`${field}.stack`, expect.stringContaining("logger.test.ts"));
  });

  it("keeps of an error its code, and no fields that might hold data of a row", () => {
    const { log, lines } = readableLog();
    log.error({ err: Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (email)=(a@b.c)" }) });
    expect(lines[0]).toHaveProperty("err.code", "23505");
    expect(JSON.stringify(lines)).not.toContain("a@b.c");
  });

  it.each(["msg", "argument"])("hides secrets in its own text, given as %s", (way) => {
    const { log, lines } = readableLog();
    if (way === "msg") log.info(`sent Bearer ${apiToken}`);
    else log.info("sent %s", `Bearer ${apiToken}`);
    expect(lines[0]?.msg).toBe("sent Bearer [redacted]");
  });

  it("hides secrets in the message of an error that is all there is", () => {
    const { log, lines } = readableLog();
    log.error(new Error(`refused ${jwt}`));
    expect(lines[0]).toMatchObject({ msg: "refused [redacted]", err: { message: "refused [redacted]" } });
  });

  it("goes into a file, in a directory that need not be there yet, all of it and in order", async () => {
    const directory = mkdtempSync(join(tmpdir(), "nofx-log-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "new", "things.log");
    const log = createLogger("things", "info", file);
    const stream = (log as unknown as Record<symbol, ReturnType<typeof pino.destination>>)[pino.symbols.streamSym];
    if (stream) await once(stream, "ready");
    for (let i = 0; i < 1000; i += 1) log.info({ i }, "a line with ünïcode");
    const closed = stream && once(stream, "close");
    stream?.end();
    await closed;
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).i)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
});
