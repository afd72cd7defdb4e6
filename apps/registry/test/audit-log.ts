import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { unwrap } from "@nofx/client";
import type { AuditEntry } from "@nofx/contract-registry";
import { vi } from "vitest";
import { type Person, type RegistryClient, registry, type TestRegistry } from "./registry.ts";

/** Waits until every audit entry has its seal. */
export const allSealed = ({ database }: Pick<TestRegistry, "database">): Promise<void> =>
  vi.waitFor(
    async () => {
      const waiting = await database.query("SELECT FROM registry.audit_unsealed");
      if (waiting.length > 0) throw new Error(`${waiting.length} entries still wait`);
    },
    { timeout: 10_000, interval: 20 },
  );

/** Acme's administrator publishes `versions`, all of it is sealed; and globex has something too. */
export const publishSealed = async (world: TestRegistry, versions: number): Promise<Person> => {
  const person = await world.given.admin("acme");
  const admin = world.as(person);
  const globex = world.as(await world.given.publisher("globex"));
  for (let n = 0; n < versions; n += 1) {
    await unwrap(admin.publishAgent({ body: world.given.manifest({ version: `1.${n}.0` }) }));
    if (n % 2 === 0) await unwrap(globex.publishAgent({ body: world.given.manifest({ version: `1.${n}.0` }) }));
  }
  await allSealed(world);
  return person;
};

/** A registry with sealed entries of acme's. */
export const auditedRegistry = async (versions: number): Promise<TestRegistry & { readonly admin: RegistryClient }> => {
  const world = await registry();
  return { ...world, admin: world.as(await publishSealed(world, versions)) };
};

/** A tenant's whole log, oldest first. */
export const wholeLog = async (admin: RegistryClient): Promise<AuditEntry[]> =>
  (await unwrap(admin.listAudit({ limit: 100 }))).entries.toReversed();

/** The export as text. */
export const exportText = async (admin: RegistryClient): Promise<string> =>
  new TextDecoder().decode(await unwrap(admin.exportAudit()));

const program = join(import.meta.dirname, "../../../packages/audit-chain/src/verify-file.ts");

/** Verifies an export as an auditor would: with the file, and nothing of the service. */
export const verifyOffline = async (lines: string, head?: string): Promise<{ code: number; out: string }> => {
  const child = spawn(process.execPath, [program, "-", ...(head ? ["--head", head] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.on("error", () => undefined).end(lines);
  const [[code], out] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  return { code: code as number, out };
};
