import { z } from "zod";

/** Tenant id: a DNS label (RFC 1123), 1–63 characters. */
export const TenantId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "Use 1–63 lower-case letters, digits and inner hyphens")
  .meta({
    id: "TenantId",
    description: "Tenant id: 1–63 lower-case letters, digits and inner hyphens",
    examples: ["acme"],
  });

/** Id of a published resource: 1–128 lower-case letters, digits and inner `.`, `_`, `-`. */
export const ResourceId = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/,
    "Use 1–128 lower-case letters, digits and inner dots, underscores or hyphens, such as `code-review`",
  )
  .meta({
    id: "ResourceId",
    description: "Id within the tenant: lower-case letters, digits and inner `.`, `_`, `-`",
    examples: ["code-review"],
  });

/**
 * Semantic version (SemVer 2.0.0, the expression its site recommends), at most 128 characters.
 * Numeric identifiers have at most 15 digits, so that every implementation compares them exactly.
 */
export const SemVer = z
  .string()
  .max(128)
  .regex(
    /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(?:-((?:0|[1-9]\d{0,14}|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d{0,14}|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/,
    "Use a semantic version such as `1.4.0` or `2.0.0-beta.1` (https://semver.org)",
  )
  .meta({ id: "SemVer", description: "Semantic version (SemVer 2.0.0)", examples: ["1.4.0"] });

/** RFC 3339 date and time in UTC, milliseconds. */
export const Timestamp = z.iso
  .datetime()
  .meta({ id: "Timestamp", description: "Date and time in UTC (RFC 3339)", examples: ["2026-11-22T09:30:00.000Z"] });

/** `sha256:` and 64 hexadecimal digits. */
export const Digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .meta({ id: "Digest", description: "`sha256:` and 64 hexadecimal digits" });

/** Tags are free words: lower-case letters, digits and inner `.`, `+`, `-`, `_`, at most 40 characters. */
export const Tag = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.+_-]{0,38}[a-z0-9+])?$/,
    "Use 1–40 lower-case letters, digits and inner dots, pluses, underscores or hyphens",
  )
  .meta({ description: "A free word: lower-case letters, digits and inner `.`, `+`, `-`, `_`" });
