import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { unwrap } from "@nofx/client";
import type { Finding } from "@nofx/contract-kit";
import { locate } from "@nofx/document";
import type { Context } from "../context.ts";
import type { Judged } from "./judge-manifests.ts";

interface Verdict {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const verdictOn = async (context: Context, { kind, manifest }: Judged): Promise<Verdict> => {
  if (kind === "agent") {
    const client = await context.registry();
    return await unwrap(client.validateAgent({ body: manifest as never }));
  }
  const client = await context.marketplace();
  return await unwrap(client.validateTemplate({ body: manifest as never }));
};

/** Adds what the service says of a version that is good by the rules here; its places are looked up in the file. */
export const judgeRemotely = async (context: Context, judged: Judged): Promise<Judged> => {
  if (judged.manifest === undefined) return judged;
  const { errors, warnings } = await verdictOn(context, judged);
  const text = await readFile(resolve(context.cwd, judged.file), "utf8");
  const known = new Set(judged.findings.map(({ path, code }) => `${code} ${path}`));
  const more = [...errors, ...warnings].filter(({ path, code }) => !known.has(`${code} ${path}`));
  const placed = more.map((found) => ({ ...found, ...locate(text, found.path), file: judged.file }));
  return { ...judged, findings: [...judged.findings, ...placed] };
};
