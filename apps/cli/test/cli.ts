import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { type Client, createClient, unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect, inject, onTestFinished, vi } from "vitest";
import type { CommandGroup } from "../src/command.ts";
import type { ExitCode } from "../src/failure.ts";
import { run } from "../src/run.ts";
import type {} from "./global-setup.ts";

/** What a command line did. */
export interface Ran {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document on stdout. */
  json<T = Record<string, unknown>>(): T;
}

export interface CliOptions {
  readonly token?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A terminal of so many columns; default: pipes. */
  readonly columns?: number;
  /** What is typed once something is asked; only on a terminal. */
  readonly typed?: string;
  /** What is typed when each of these questions is asked, one after the other; only on a terminal. */
  readonly answers?: readonly (readonly [question: string, typed: string])[];
  /** What a pipe brings; without it, it stays open. */
  readonly piped?: string;
  readonly onStderr?: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly groups?: readonly CommandGroup[];
  /** Default: the world's. */
  readonly origin?: string | undefined;
}

const stream = (columns: number | undefined) => {
  const pass = new PassThrough();
  let text = "";
  pass.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows: 40 };
  return { stream: Object.assign(pass, terminal), text: () => text };
};

/** A directory that is gone after the test. */
export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-cli-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

/** Writes files into a directory. */
export const writeFiles = async (directory: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
};

/** A directory with these files, gone after the test. */
export const directoryWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const directory = await temporaryDirectory();
  await writeFiles(directory, files);
  return directory;
};

/** Types each answer when its question is seen. */
const answering = (
  { stream: asked, text }: ReturnType<typeof stream>,
  stdin: PassThrough,
  answers: NonNullable<CliOptions["answers"]>,
): void => {
  const open = [...answers];
  let seen = 0;
  asked.on("data", () => {
    const [question = "", typed = ""] = open[0] ?? [];
    const at = text().indexOf(question, seen);
    if (open.length === 0 || at < 0) return;
    open.shift();
    seen = at + question.length;
    setImmediate(() => stdin.write(typed));
  });
};

/** Runs a command line as `nofx` would, with an empty configuration, against the world. */
export const nofx = async (argv: readonly string[], options: CliOptions = {}): Promise<Ran> => {
  const { token, env = {}, columns, typed, answers = [], piped, onStderr, signal, groups } = options;
  const [stdout, stderr] = [stream(columns), stream(columns)];
  const stdin = Object.assign(new PassThrough(), columns !== undefined && { isTTY: true });
  // Whoever answers has read the question.
  const answer = (): void => {
    if (!/^\S*\?/m.test(stderr.text())) return;
    stderr.stream.off("data", answer);
    setImmediate(() => stdin.write(typed));
  };
  if (typed !== undefined) stderr.stream.on("data", answer);
  answering(stderr, stdin, answers);
  if (piped !== undefined) stdin.end(piped);
  if (onStderr) stderr.stream.on("data", (chunk: Buffer) => onStderr(chunk.toString()));
  const home = options.cwd ?? (await temporaryDirectory());
  const { origin = inject("world").origin } = options;
  const exitCode = await run(
    argv,
    {
      stdin,
      stdout: stdout.stream,
      stderr: stderr.stream,
      env: {
        NOFX_ORIGIN: origin,
        NOFX_CONFIG: join(home, ".config"),
        NOFX_STATE: join(home, ".nofx"),
        ...(token !== undefined && { NOFX_TOKEN: token }),
        ...env,
      },
      cwd: home,
      ...(signal && { signal }),
    },
    groups,
  );
  return {
    exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    json: <T>() => JSON.parse(stdout.text()) as T,
  };
};

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));

/** Holds a document against `schemas/<name>.json`. */
const expectToFit = async (name: string, document: unknown): Promise<void> => {
  const schema = JSON.parse(await readFile(join(import.meta.dirname, `../schemas/${name}.json`), "utf8")) as object;
  const validate = ajv.compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
};

/** Runs a command line with `--json`, and holds what it prints against the command's schema, or against that of failures. */
export const nofxJson = async <T = Record<string, unknown>>(
  name: string,
  argv: readonly string[],
  options: CliOptions = {},
): Promise<Ran & { readonly document: T }> => {
  const ran = await nofx([...argv, "--json"], options);
  const document = ran.json<T>();
  await expectToFit(
    typeof document === "object" && document !== null && "error" in document ? "error" : name,
    document,
  );
  return { ...ran, document };
};

/** Somebody with a token, and what they reach with it. */
export interface Person {
  readonly tenant: string;
  readonly token: string;
  readonly registry: Client<typeof registryContract>;
  readonly marketplace: Client<typeof marketplaceContract>;
  readonly search: Client<typeof searchContract>;
}

/** Somebody of a tenant, which is made if it is not there. */
export const person = async (role: Role, tenant = `t-${randomUUID().slice(0, 8)}`): Promise<Person> => {
  const { origin: baseUrl, operatorToken } = inject("world");
  const operator = createClient(registryContract, { baseUrl, token: operatorToken });
  const created = await operator.createTenant({ body: { id: tenant, name: tenant } });
  if (!created.ok && created.problem.code !== "tenant_exists") await unwrap(created);
  const token = (await unwrap(operator.createToken({ body: { name: role, tenant, role } }))).secret;
  return {
    tenant,
    token,
    registry: createClient(registryContract, { baseUrl, token }),
    marketplace: createClient(marketplaceContract, { baseUrl, token }),
    search: createClient(searchContract, { baseUrl, token }),
  };
};

/** Waits until search has what writes made: their answers name the changes. */
export const untilSearchable = async (
  { search }: Person,
  writes: readonly { readonly ok: boolean; readonly headers: Headers }[],
): Promise<void> => {
  for (const { ok, headers } of writes) {
    const change = headers.get("nofx-change");
    if (!ok || change === null) throw new Error("That was no write");
    const isThere = async () => (await unwrap(search.unifiedSearch({ min_change: change }))).freshness.satisfied;
    await vi.waitUntil(isThere, { timeout: 20_000 });
  }
};
