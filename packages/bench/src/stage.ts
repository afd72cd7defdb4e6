import { randomBytes } from "node:crypto";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { asRole, migrateUp, provisionRole } from "@nofx/db-kit";
import { startThrowaway } from "@nofx/db-kit/embedded";
import { registryTrack } from "@nofx/registry/track";
import { startBareProcess, startRegistryProcess } from "./children.ts";
import { publishAgents, type RegistryClient, shippedManifests } from "./content.ts";
import { recordAnswers, type Subject, subjectsOf, type Target } from "./subjects.ts";

/** How much is published before measuring. */
export interface Size {
  readonly agents: number;
  readonly versions: readonly string[];
}

/** Everything that a measurement needs, running. */
export interface Stage {
  readonly service: Target;
  readonly bare: Target;
  readonly subjects: readonly Subject[];
  /** May publish. */
  readonly publisher: RegistryClient;
  readonly publisherTarget: Target;
  /** Of the registry's own role. */
  readonly databaseUrl: string;
  /** Of the account that owns everything. */
  readonly adminUrl: string;
  readonly operatorToken: string;
}

/** As in production: a commit is on disk before it is answered. */
const durable = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const secret = (): string => randomBytes(24).toString("hex");

const startDatabase = async (stack: AsyncDisposableStack): Promise<{ databaseUrl: string; adminUrl: string }> => {
  const server = await startThrowaway(durable);
  stack.defer(server.stop);
  const password = secret();
  await provisionRole(server.url, { role: registryTrack.role, password, schema: registryTrack.schema });
  await migrateUp(server.url, registryTrack);
  return { databaseUrl: asRole(server.url, registryTrack.role, password), adminUrl: server.url };
};

/** A tenant with a token that may publish and one that may read. */
const createTokens = async (url: string, bootstrapToken: string) => {
  const operator = createClient(registryContract, { baseUrl: url, token: bootstrapToken, retries: 0 });
  const tenant = "bench";
  await unwrap(operator.createTenant({ body: { id: tenant, name: "Benchmark" } }));
  const issue = async (role: "publisher" | "viewer"): Promise<string> =>
    (await unwrap(operator.createToken({ body: { name: role, role, tenant } }))).secret;
  return { publisher: await issue("publisher"), reader: await issue("viewer") };
};

/** Starts database, registry and bare server, and fills the registry. What was started is on the stack, also on failure. */
export const setUp = async (stack: AsyncDisposableStack, size: Size, signal: AbortSignal): Promise<Stage> => {
  const bootstrapToken = secret();
  const { databaseUrl, adminUrl } = await startDatabase(stack);
  signal.throwIfAborted();
  const registry = await startRegistryProcess({
    DATABASE_URL: databaseUrl,
    BOOTSTRAP_TOKEN: bootstrapToken,
    WRITES_PER_MINUTE_MAX: "0",
    LOG_LEVEL: "info",
  });
  stack.defer(registry.stop);
  signal.throwIfAborted();
  const tokens = await createTokens(registry.url, bootstrapToken);
  const publisher = createClient(registryContract, { baseUrl: registry.url, token: tokens.publisher, retries: 0 });
  const ids = await publishAgents(publisher, await shippedManifests(), size, signal);
  const service: Target = { url: registry.url, headers: { authorization: `Bearer ${tokens.reader}` } };
  const subjects = await subjectsOf(service, ids, size.versions);
  const routes = [];
  for (const subject of subjects) routes.push(await recordAnswers(service, subject));
  signal.throwIfAborted();
  const bare = await startBareProcess(routes);
  stack.defer(bare.stop);
  const publisherTarget: Target = { url: registry.url, headers: { authorization: `Bearer ${tokens.publisher}` } };
  return {
    publisherTarget,
    databaseUrl,
    adminUrl,
    operatorToken: bootstrapToken,
    service,
    bare: { url: bare.url, headers: service.headers },
    subjects,
    publisher,
  };
};
