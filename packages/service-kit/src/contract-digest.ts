import { createHash } from "node:crypto";
import type { Contract } from "@nofx/contract-kit";
import { openApiJson } from "./openapi.ts";

const known = new WeakMap<Contract, string>();

const sorted = (_key: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The order of members depends on which module was loaded first, and means nothing. */
const sortedJson = (json: string): string => JSON.stringify(JSON.parse(json), sorted);

/** Names what a contract promises: SHA-256 of its OpenAPI document with sorted members. Made once per contract. */
export const contractDigest = (contract: Contract): string => {
  const digest =
    known.get(contract) ??
    `sha256:${createHash("sha256")
      .update(sortedJson(openApiJson(contract)))
      .digest("hex")}`;
  known.set(contract, digest);
  return digest;
};
