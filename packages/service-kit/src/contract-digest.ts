import { createHash } from "node:crypto";
import type { Contract } from "@nofx/contract-kit";
import { openApiJson } from "./openapi.ts";

const known = new WeakMap<Contract, string>();

/** Names what a contract promises: SHA-256 of its OpenAPI document, as `/openapi.json` serves it. Made once per contract. */
export const contractDigest = (contract: Contract): string => {
  const digest = known.get(contract) ?? `sha256:${createHash("sha256").update(openApiJson(contract)).digest("hex")}`;
  known.set(contract, digest);
  return digest;
};
