import { setImmediate as nextTurn } from "node:timers/promises";
import type { ProblemItem } from "@nofx/contract-kit";
import { invalidManifest } from "@nofx/document";
import { inlinedPublication, type TemplatePublication, toTemplatePublication, validateTemplate } from "@nofx/template";
import { type JudgedLock, judgeLock } from "./judge-lock.ts";
import type { ReadVersion } from "./read-template-bundle.ts";

/** A version that publishing would take, with its locks, or why it would not. Without contents: thousands of versions share some files. */
export type JudgedVersion = Pick<ReadVersion, "facts" | "digest" | "files"> &
  (
    | { readonly publication: Omit<TemplatePublication, "files">; readonly locks: readonly JudgedLock[] }
    | { readonly errors: readonly ProblemItem[] }
  );

/** Judges a version of a bundle by everything that publishing judges it by, and each lock in a turn of its own. */
export const judgeVersion = async (
  tenant: string,
  { manifest, locks: read, ...version }: ReadVersion,
): Promise<JudgedVersion> => {
  const judged = validateTemplate(manifest);
  if (!judged.valid) return { ...version, errors: invalidManifest(judged.errors, []).errors ?? [] };
  const whole = toTemplatePublication(judged.manifest);
  const { files: _contents, ...publication } = whole;
  if (publication.digest !== version.digest) {
    const message = "The document is not in the form in which publishing would keep it";
    return { ...version, errors: [{ path: "$", message, code: "not_canonical" }] };
  }
  const locks: JudgedLock[] = [];
  for (const lock of read) {
    await nextTurn();
    locks.push(await judgeLock(tenant, inlinedPublication(whole), lock));
  }
  return { ...version, publication, locks };
};
