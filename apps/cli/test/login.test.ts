import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it, vi } from "vitest";
import { signIn } from "./browser.ts";
import { directoryWith, nofx, nofxJson, person, temporaryDirectory } from "./cli.ts";
import { deviceClient } from "./provider.ts";

const credentialsIn = async (cwd: string) => JSON.parse(await readFile(join(cwd, ".config/credentials.json"), "utf8"));

/** A login in a terminal: gives what is told so far on stderr. */
const byDevice = (cwd: string, argv: readonly string[] = []) => {
  let told = "";
  const { issuer } = inject("world");
  const words = ["login", "--issuer", issuer, "--client-id", deviceClient, ...argv];
  const ran = nofx(words, { cwd, onStderr: (text) => (told += text) });
  const page = () => vi.waitUntil(() => /^Open (\S+)$/m.exec(told)?.[1], { timeout: 20_000 });
  return { ran, page, told: () => told };
};

describe("nofx login", () => {
  it("0: keeps the token of a file for this origin, where only its owner can read it", async () => {
    const ada = await person("publisher");
    const cwd = await directoryWith({ token: `${ada.token}\n` });
    const { origin } = inject("world");
    const { exitCode, document } = await nofxJson("login", ["login", "--token-file", "token"], { cwd });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ origin, tenant: ada.tenant, kind: "member" });
    expect(await credentialsIn(cwd)).toMatchObject({
      defaultOrigin: origin,
      origins: { [origin]: { token: ada.token } },
    });
    expect((await stat(join(cwd, ".config/credentials.json"))).mode & 0o777).toBe(0o600);
    expect((await nofx(["whoami"], { cwd })).stdout).toContain(ada.tenant);
  });

  it("0: takes the token from a pipe", async () => {
    const ada = await person("publisher");
    const cwd = await temporaryDirectory();
    const { exitCode, stdout } = await nofx(["login"], { cwd, piped: `${ada.token}\n` });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("✓ You are signed in.") });
    expect(stdout).not.toContain(ada.token);
  });

  it("0: asks for it on a terminal, and does not show it", async () => {
    const ada = await person("publisher");
    const cwd = await temporaryDirectory();
    const { exitCode, stdout, stderr } = await nofx(["login"], { cwd, columns: 100, typed: `${ada.token}\r` });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Token");
    expect(stdout + stderr).not.toContain(ada.token);
  });

  it("4: a token that the service does not know is not kept, and what was kept stays", async () => {
    const ada = await person("publisher");
    const cwd = await directoryWith({ good: ada.token, bad: "nofx_wrong" });
    await nofx(["login", "--token-file", "good"], { cwd });
    const before = await credentialsIn(cwd);
    const { exitCode, stderr } = await nofx(["login", "--token-file", "bad"], { cwd });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: expect.stringContaining("does not accept the token\n  → "),
    });
    expect(await credentialsIn(cwd)).toEqual(before);
  });

  it("2 and 3: without a token, with half of an issuer, and where nobody answers", async () => {
    const cwd = await directoryWith({ token: "nofx_x" });
    expect(await nofx(["login"], { cwd, piped: "\n" })).toMatchObject({ exitCode: 2 });
    expect(await nofx(["login", "--issuer", "https://a.test"], { cwd })).toMatchObject({ exitCode: 2 });
    const insecure = await nofx(["login", "--issuer", "http://a.test", "--client-id", "x"], { cwd });
    expect(insecure).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not an https address") });
    const away = { cwd, origin: "http://127.0.0.1:1" };
    expect(await nofx(["login", "--token-file", "token"], away)).toMatchObject({ exitCode: 3 });
    const nobody = ["login", "--issuer", "http://127.0.0.1:1", "--client-id", "x"];
    expect(await nofx(nobody, { cwd })).toMatchObject({ exitCode: 3 });
  });
});

describe("nofx login --issuer", () => {
  it("0: prints an address and a code, waits until somebody has signed in there, and keeps the token", async () => {
    const cwd = await temporaryDirectory();
    const { ran, page, told } = byDevice(cwd);
    expect(await signIn((await page()) ?? "", "ada")).toContain("Sign-in Success");
    const { exitCode, stdout } = await ran;
    expect(exitCode).toBe(0);
    expect(told()).toMatch(/and confirm the code [A-Z-]{9}\./);
    expect(stdout).toMatch(/^tenant +people$/m);
    expect(stdout).toContain(`${inject("world").issuer}#ada`);
    const { origins } = await credentialsIn(cwd);
    expect(Object.values(origins)).toEqual([{ token: expect.any(String), expiresAt: expect.any(String) }]);
    expect((await nofx(["whoami"], { cwd })).exitCode).toBe(0);
  });

  it("4: whoever is refused there is told so, and nothing is kept", async () => {
    const cwd = await temporaryDirectory();
    const { ran, page } = byDevice(cwd);
    await signIn((await page()) ?? "", "eve", "abort");
    const { exitCode, stderr } = await ran;
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringContaining("(access_denied)") });
    await expect(credentialsIn(cwd)).rejects.toThrow("ENOENT");
  });

  it("4: a client that the provider does not know, and what is no provider", async () => {
    const { issuer, origin } = inject("world");
    expect(await nofx(["login", "--issuer", issuer, "--client-id", "unknown"])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("invalid_client"),
    });
    expect(await nofx(["login", "--issuer", origin, "--client-id", "x"])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("Check that --issuer is an OpenID provider"),
    });
  });
});

describe("kept credentials", () => {
  it("1: a file that others could read is refused, and not written over", async () => {
    const cwd = await directoryWith({ token: "nofx_x", ".config/credentials.json": "{}" });
    await writeFile(join(cwd, ".config/credentials.json"), "{}", { mode: 0o644 });
    const { exitCode, stderr } = await nofx(["login", "--token-file", "token"], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("chmod 600") });
  });
});
