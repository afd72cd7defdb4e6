import { randomBytes } from "node:crypto";
import { access, chmod, constants, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What must stay the same from one run to the next, and secret. */
export interface Secrets {
  readonly postgresPassword: string;
  readonly rolePassword: string;
  readonly bootstrapToken: string;
  /** What secrets of webhooks are derived from. */
  readonly webhookKey: string;
  /** Token of the local tenant's administrator, once issued. */
  readonly adminToken?: string;
  /** Token with which the other services ask the registry, once issued. */
  readonly serviceToken?: string;
}

/** Where to find the running control plane; for the tools beside it. */
export interface LocalJson {
  readonly origin: string;
  readonly registryUrl: string;
  readonly marketplaceUrl: string;
  readonly searchUrl: string;
  readonly token: string;
  readonly tenant: string;
}

/** What became of the made-up runs of this machine: with a note of any kind, a start brings no more. */
export type SampleNote = { readonly loadedAt: string; readonly runs: number } | { readonly removedAt: string };

const secret = (): string => randomBytes(32).toString("base64url");

const writePrivate = async (file: string, value: object): Promise<void> => {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};

/** Makes the state directory. Others may pass through it (PostgreSQL may run as another account), not list or read it. */
export const openState = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o711);
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new Error(
      `Cannot write to ${directory}: ${(error as Error).message}\nThe control plane keeps its data there. Make the folder writable, or set NOFX_STATE to one that is.`,
    );
  }
};

/** Reads the secrets, and makes those that are missing: all at the first start, newer ones after an update. */
export const loadSecrets = async (directory: string): Promise<Secrets> => {
  const file = join(directory, "secrets.json");
  const text = await readFile(file, "utf8").catch(() => "{}");
  const known = JSON.parse(text) as Partial<Secrets>;
  const fresh = {
    postgresPassword: secret(),
    rolePassword: secret(),
    bootstrapToken: secret(),
    webhookKey: secret(),
  };
  const secrets = { ...fresh, ...known };
  if (Object.keys(fresh).some((name) => !(name in known))) await writePrivate(file, secrets);
  return secrets;
};

export const saveSecrets = (directory: string, secrets: Secrets): Promise<void> =>
  writePrivate(join(directory, "secrets.json"), secrets);

export const saveLocalJson = (directory: string, local: LocalJson): Promise<void> =>
  writePrivate(join(directory, "local.json"), local);

/** @throws Error that says what to do when no control plane has been started with this state. */
export const readLocalJson = async (directory: string): Promise<LocalJson> => {
  const file = join(directory, "local.json");
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Error(`Cannot read ${file}: ${error.message}\nIt is written by \`npm start\`, when everything is up.`);
  });
  return JSON.parse(text) as LocalJson;
};

export const saveSampleNote = (directory: string, note: SampleNote): Promise<void> =>
  writePrivate(join(directory, "samples.json"), note);
