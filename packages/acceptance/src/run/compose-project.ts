import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { replicaServices, withPublishedReplicas } from "../replica-ports.ts";
import { type Replicas, services } from "../target.ts";
import { freePorts } from "./local.ts";
import { root } from "./paths.ts";
import { mustRun, type ProgramOptions, runProgram } from "./program.ts";

/** Containers under a name of their own, made of a copy of the repository. */
export interface ComposeProject {
  readonly origin: string;
  readonly operatorToken: string;
  readonly replicas?: Replicas;
  /** Runs compose in the project. */
  compose(parameters: readonly string[], options?: ProgramOptions): Promise<string>;
  /** Takes containers, networks, volumes and the copy away. */
  remove(): Promise<void>;
}

/** Compose as it is there: the plugin of docker, or the program of its own. */
const findCompose = async (): Promise<readonly [string, ...string[]]> => {
  for (const command of [["docker", "compose"], ["docker-compose"]] as const) {
    const [program, ...parameters] = command;
    const ended = await runProgram(program, [...parameters, "version"], { isQuiet: true }).catch(() => undefined);
    if (ended?.code === 0) return [program, ...parameters];
  }
  throw new Error("Neither `docker compose` nor `docker-compose` is there.");
};

/** What a clone would have, and what is not committed yet; no secrets and data of who works here. */
const copyRepository = async (directory: string): Promise<void> => {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = (await mustRun("git", listing, { cwd: root, isQuiet: true })).split("\0").filter(Boolean);
  for (const file of files) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    // Deleted and not committed: it is listed, and not there.
    await cp(join(root, file), join(directory, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
};

const operatorTokenIn = async (directory: string): Promise<string> => {
  return (await readFile(join(directory, ".secrets/operator_token"), "utf8")).trim();
};

/** Publishes each replica beside the edge, which would hide which one answers; gives their addresses. */
const publishReplicas = async (directory: string): Promise<Replicas> => {
  const first = await freePorts(replicaServices.length);
  const main = await readFile(join(directory, "docker-compose.yml"), "utf8");
  const file = join(directory, "docker-compose.replicas.json");
  await writeFile(file, JSON.stringify(withPublishedReplicas(first, /^version: *["']?([\d.]+)/m.exec(main)?.[1])));
  const addresses = services.map((service) => [
    service,
    replicaServices.flatMap((one, index) => (one.service === service ? [`http://127.0.0.1:${first + index}`] : [])),
  ]);
  return Object.fromEntries(addresses) as Replicas;
};

/** Prepares containers with secrets of their own, on a port of their own; starts nothing. */
export const prepareProject = async (isScaled: boolean): Promise<ComposeProject> => {
  const [program, ...before] = await findCompose();
  const directory = await mkdtemp(join(tmpdir(), "nofx-acceptance-"));
  await copyRepository(directory);
  const port = await freePorts(2);
  const ports = { NOFX_PORT: String(port), NOFX_HTTPS_PORT: String(port + 1) };
  // Images have a name of their own, too: those of an installation on this machine stay what they are.
  const env = { ...process.env, ...ports, NOFX_VERSION: "acceptance" };
  const prepare = (script: string, ...words: string[]) =>
    mustRun("sh", [`infra/docker/${script}`, ...words], { cwd: directory, env, isQuiet: true });
  await prepare("first-run.sh");
  if (isScaled) await prepare("profiles.sh", "scale");
  const replicas = isScaled ? await publishReplicas(directory) : undefined;
  const files = ["docker-compose.yml", ...(replicas ? ["docker-compose.replicas.json"] : [])];
  const name = `nofx-acceptance-${randomBytes(4).toString("hex")}`;
  const common = [...before, "--project-name", name, ...files.flatMap((file) => ["--file", file])];
  const compose: ComposeProject["compose"] = (parameters, options) =>
    mustRun(program, [...common, ...parameters], { cwd: directory, env, isQuiet: true, ...options });
  return {
    origin: `http://127.0.0.1:${port}`,
    operatorToken: await operatorTokenIn(directory),
    ...(replicas && { replicas }),
    compose,
    remove: async () => {
      await compose(["down", "--volumes", "--remove-orphans", "--timeout", "20"]);
      await rm(directory, { recursive: true, force: true });
    },
  };
};
