import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findConnection, normalOrigin } from "../src/settings/connection.ts";
import { readCredentials, saveCredentials } from "../src/settings/credentials.ts";
import { directoryWith, nofx, nofxJson, temporaryDirectory } from "./cli.ts";

const local = (origin: string) =>
  JSON.stringify({ origin, registryUrl: "", marketplaceUrl: "", searchUrl: "", token: "of-local", tenant: "local" });
const ours = "http://127.0.0.1:4000";

const placed = async (files: Readonly<Record<string, string>> = {}) => {
  const cwd = await directoryWith({ "a/b/.keep": "", ...files });
  const config = join(cwd, "config");
  const find = (options = {}, env = {}) => findConnection(options, { NOFX_CONFIG: config, ...env }, join(cwd, "a/b"));
  return { cwd, file: join(config, "credentials.json"), find };
};

describe("where to go and as whom", () => {
  it("is this machine's usual origin and nobody, where nothing is set", async () => {
    const { find } = await placed();
    expect(await find()).toEqual({ origin: ours, token: undefined, tokenFrom: undefined });
  });

  it("takes the option before NOFX_ORIGIN before the last login's before that of a running `npm start`", async () => {
    const { find, file } = await placed({ "a/.nofx/local.json": local("http://127.0.0.1:4100") });
    expect((await find()).origin).toBe("http://127.0.0.1:4100");
    await saveCredentials(file, { defaultOrigin: "https://kept.test", origins: {} });
    expect((await find()).origin).toBe("https://kept.test");
    expect((await find({}, { NOFX_ORIGIN: "https://set.test/" })).origin).toBe("https://set.test");
    expect((await find({ origin: "https://a.test/x/" }, { NOFX_ORIGIN: "https://set.test" })).origin).toBe(
      "https://a.test/x",
    );
  });

  it("takes the token's file before NOFX_TOKEN before what login kept before that of `npm start`", async () => {
    const { find, file, cwd } = await placed({ "a/.nofx/local.json": local(ours), token: "of-file\n" });
    expect(await find()).toMatchObject({ token: "of-local", tokenFrom: ".nofx/local.json" });
    await saveCredentials(file, { origins: { [ours]: { token: "of-login" } } });
    expect(await find()).toMatchObject({ token: "of-login", tokenFrom: file });
    expect(await find({}, { NOFX_TOKEN: "of-env" })).toMatchObject({ token: "of-env", tokenFrom: "NOFX_TOKEN" });
    const options = { tokenFile: join(cwd, "token") };
    expect(await find(options, { NOFX_TOKEN: "of-env" })).toMatchObject({ token: "of-file" });
  });

  it("gives a kept token to no other origin", async () => {
    const { find, file } = await placed({ "a/.nofx/local.json": local(ours) });
    await saveCredentials(file, { origins: { [ours]: { token: "of-login" } } });
    expect(await find({ origin: "https://other.test" })).toMatchObject({ token: undefined });
    expect(await find({ origin: "http://127.0.0.1:40000" })).toMatchObject({ token: undefined });
  });

  it("believes no local.json that names another machine, or is none", async () => {
    for (const text of [local("http://evil.test"), local("http://127.0.0.1.evil.test"), "{", "[]"]) {
      const { find } = await placed({ "a/.nofx/local.json": text });
      expect((await find()).origin).toBe(ours);
    }
  });

  it("looks where NOFX_STATE says, and nowhere else", async () => {
    const { find, cwd } = await placed({ "a/.nofx/local.json": local(ours), "s/local.json": local(`${ours}/x`) });
    expect((await find({}, { NOFX_STATE: join(cwd, "s") })).origin).toBe(`${ours}/x`);
    expect((await find({}, { NOFX_STATE: join(cwd, "none") })).token).toBeUndefined();
  });

  it.each(["", "nonsense", "ftp://a.test", "https://me:secret@a.test", "https://a.test/?x", "https://a.test/#x"])(
    "refuses %j as an origin",
    (text) => {
      expect(() => normalOrigin(text, "--origin")).toThrow("is not an address");
    },
  );
});

describe("the credentials file", () => {
  it("is for its owner only, in a directory for its owner only", async () => {
    const file = join(await temporaryDirectory(), "deep/er/credentials.json");
    const credentials = { defaultOrigin: ours, origins: { [ours]: { token: "t", refreshToken: "r" } } };
    await saveCredentials(file, credentials);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, ".."))).mode & 0o777).toBe(0o700);
    expect(await readCredentials(file)).toEqual(credentials);
    await saveCredentials(file, { origins: {} });
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ origins: {} });
  });

  it("1: is refused, with what to do, if others can read it", async () => {
    const cwd = await directoryWith({ ".config/credentials.json": '{"origins":{}}' });
    const file = join(cwd, ".config/credentials.json");
    await chmod(file, 0o640);
    const { exitCode, stderr } = await nofx(["search"], { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`error: Others can read ${file}\n  → Run: chmod 600 ${file}\n`);
  });

  it("1: is refused, with what to do, if it is something else", async () => {
    const cwd = await directoryWith({ ".config/credentials.json": '{"origins":[]}' });
    await chmod(join(cwd, ".config/credentials.json"), 0o600);
    const { exitCode, document } = await nofxJson("search", ["search"], { cwd });
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      error: { code: "credentials_unreadable", next: expect.stringContaining("login") },
    });
  });
});

describe("--token-file", () => {
  it("1: names the file that is not there, or holds no token", async () => {
    const cwd = await directoryWith({ empty: "\n", page: "<html>\n<body>" });
    const ask = async (file: string) => await nofx(["search", "--token-file", file], { cwd });
    expect(await ask("absent")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("absent: No such file") });
    expect(await ask("empty")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("empty does not hold") });
    expect(await ask("page")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("page does not hold") });
  });
});
