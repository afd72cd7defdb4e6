import { type BundleEntry, BundleError } from "@nofx/bundle";
import { canonicalForm } from "@nofx/canonical";
import { BundledLock } from "@nofx/contract-marketplace";
import { parseJsonBody } from "@nofx/service-kit";
import type { z } from "zod";
import { resourcesMax } from "../plans/look-up-versions.ts";
import type { PlannedLock } from "./bundle-layout.rules.ts";
import { isInOrder } from "./bundled-lock.rules.ts";

/** A lock of a version, as the bundle has it. */
export interface ReadLock {
  readonly version: string;
  readonly environment: string | undefined;
  readonly lock: BundledLock;
}

/** The refusal of an entry whose content is not what it should be. */
export const refuse = (path: string, message: string): BundleError =>
  new BundleError("bundle_content_invalid", message, path);

/** Reads an entry that is JSON, held to what holds for JSON that is sent by itself: its depth, its text. @throws BundleError */
export const readEntry = <T>(schema: z.ZodType<T>, { path, content }: BundleEntry): T => {
  let value: unknown;
  try {
    value = parseJsonBody(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch (error) {
    throw refuse(path, `The entry cannot be read (${(error as Error).message})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(path, `The entry has a fault at ${issue?.path.join(".") || "its top"} (${issue?.message})`);
};

/** Reads a lock, which must be in the one form that an export gives it. Whether it fits its version, nobody has judged. */
export const readLock = ({ version, environment }: PlannedLock, entry: BundleEntry): ReadLock => {
  const lock = readEntry(BundledLock, entry);
  if (Object.keys(lock.agents).length + Object.keys(lock.templates).length > resourcesMax) {
    throw refuse(entry.path, `A lock may have ${resourcesMax} agents and templates`);
  }
  if (!isInOrder(lock) || canonicalForm(lock) !== entry.content.toString("utf8")) {
    throw refuse(entry.path, "The lock is not in the form that bundles have");
  }
  return { version, environment, lock };
};
