import { AgentManifest, type Finding, manifestLimits } from "@nofx/contract-registry";
import type { z } from "zod";
import { fileBytes } from "./document.ts";
import { asArray, asObject, capped, finding, type Path, valueAt } from "./finding.ts";
import { originFindings } from "./formats/interchange.ts";
import { closestWord, suggestion } from "./suggestion.ts";

/** The verdict on a manifest: usable with warnings, or the errors that prevent publishing. */
export type Validation =
  | {
      readonly valid: true;
      readonly manifest: AgentManifest;
      readonly errors: readonly [];
      readonly warnings: Finding[];
    }
  | { readonly valid: false; readonly errors: Finding[]; readonly warnings: Finding[] };

const issueFindings = (input: unknown, issues: readonly z.core.$ZodIssue[], base: Path = []): Finding[] =>
  issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      // The branch that got furthest is the one the author meant.
      const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best));
      return issueFindings(input, closest, path);
    }
    const missing = issue.code === "invalid_type" && valueAt(input, path) === undefined;
    const message = missing ? `Required: ${issue.message.replace(/^Invalid input: /, "")}` : issue.message;
    return [finding("error", path, missing ? "required" : issue.code, message, suggestion(input, path, issue))];
  });

const duplicates = (list: string, key: string, members: readonly unknown[]): Finding[] => {
  const seen = new Set<unknown>();
  return members.flatMap((member, index) => {
    const id = typeof member === "string" ? member : asObject(member)[key];
    if (typeof id !== "string" || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    const path = typeof member === "string" ? [list, index] : [list, index, key];
    return [finding("error", path, "duplicate", `"${id}" is listed twice`)];
  });
};

const fileFindings = (files: readonly unknown[]): Finding[] => {
  const { fileBytesMax, filesBytesMax } = manifestLimits;
  let total = 0;
  const found = files.flatMap((entry, index) => {
    const { content, encoding } = asObject(entry);
    if (typeof content !== "string") return [];
    const path = ["files", index, "content"];
    if (encoding === "base64" && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(content)) {
      return [finding("error", path, "not_base64", "The content is not base64 (RFC 4648, section 4, with padding)")];
    }
    const { length } = fileBytes({ content, encoding: typeof encoding === "string" ? encoding : undefined });
    total += length;
    if (length <= fileBytesMax) return [];
    return [finding("error", path, "file_too_large", `${length} bytes; a file may have ${fileBytesMax}`)];
  });
  if (total > filesBytesMax) {
    found.push(
      finding("error", ["files"], "files_too_large", `${total} bytes together; files may have ${filesBytesMax}`),
    );
  }
  return found;
};

const entryFindings = (definition: Record<string, unknown>, files: readonly unknown[]): Finding[] => {
  const { entryPrompt, entry, endpoints, packages, origin } = definition;
  const isElsewhere = asArray(endpoints).length + asArray(packages).length > 0 || origin !== undefined;
  if (entryPrompt === undefined && entry === undefined && !isElsewhere) {
    return [
      finding(
        "error",
        ["manifest", "entryPrompt"],
        "entry_missing",
        "Name what starts the agent: `entryPrompt` (a published prompt), `entry` (a source file), `endpoints` or `packages`",
        "prompts/system.md",
      ),
    ];
  }
  if (typeof entryPrompt !== "string" || files.length === 0) return [];
  const paths = files.map((file) => asObject(file).path);
  if (paths.includes(entryPrompt)) return [];
  return [
    finding(
      "error",
      ["manifest", "entryPrompt"],
      "entry_not_published",
      `No file "${entryPrompt}" is published with it`,
    ),
  ];
};

const reservedIds = new Set(["publish", "validate", "import", "resolve"]);

/** Rules that reach over several fields. They look at whatever is there, so that they run beside schema problems. */
const ruleErrors = (input: Record<string, unknown>): Finding[] => {
  const definition = asObject(input.manifest);
  const files = asArray(input.files);
  return [
    ...(typeof input.agentId === "string" && reservedIds.has(input.agentId)
      ? [
          finding(
            "error",
            ["agentId"],
            "reserved",
            `"${input.agentId}" is part of the API's addresses; choose another id`,
          ),
        ]
      : []),
    ...duplicates("capabilities", "id", asArray(input.capabilities)),
    ...duplicates("tags", "", asArray(input.tags)),
    ...duplicates("files", "path", files),
    ...fileFindings(files),
    ...(input.manifest === undefined ? [] : entryFindings(definition, files)),
    ...originFindings(definition, files),
  ];
};

const known = (schema: z.ZodObject): ReadonlySet<string> => new Set(Object.keys(schema.shape));
const topLevelKeys = new Set([...known(AgentManifest), "$schema"]);
const definitionKeys = known(AgentManifest.shape.manifest);

const unknownKey = (object: Record<string, unknown>, key: string, keys: ReadonlySet<string>, base: Path): Finding => {
  const free = [...keys].filter((candidate) => !Object.hasOwn(object, candidate));
  const meant = closestWord(key, free);
  const question = meant === undefined ? "" : `; did you mean "${meant}"?`;
  const message = `Not a defined part of a manifest; kept as it is${question}`;
  return finding("warning", [...base, key], "unknown_key", message, meant);
};

const unknownKeys = (object: Record<string, unknown>, keys: ReadonlySet<string>, base: Path): Finding[] =>
  Object.keys(object)
    .filter((key) => !keys.has(key))
    .map((key) => unknownKey(object, key, keys, base));

const isText = (value: unknown): value is string => typeof value === "string";

const capabilityWarnings = (input: Record<string, unknown>): Finding[] => {
  const { capabilities: listed } = asObject(input.manifest);
  if (!Array.isArray(listed) || !Array.isArray(input.capabilities)) return [];
  const inner = new Set(listed.filter(isText));
  const outer = new Set(input.capabilities.map((capability) => asObject(capability).id).filter(isText));
  const missing = (id: string, path: Path): Finding =>
    finding(
      "warning",
      path,
      "capabilities_disagree",
      `"${id}" is missing in ${path.join(".")}; the two lists should agree`,
    );
  return [
    ...[...outer].filter((id) => !inner.has(id)).map((id) => missing(id, ["manifest", "capabilities"])),
    ...[...inner].filter((id) => !outer.has(id)).map((id) => missing(id, ["capabilities"])),
  ];
};

const ruleWarnings = (input: Record<string, unknown>): Finding[] => [
  ...unknownKeys(input, topLevelKeys, []),
  ...unknownKeys(asObject(input.manifest), definitionKeys, ["manifest"]),
  ...capabilityWarnings(input),
];

/**
 * Judges a manifest against schema and rules together and reports everything at once, errors and warnings; of more than
 * 200 of a kind the first 200, and how many more there are.
 */
export const validateManifest = (input: unknown): Validation => {
  const parsed = AgentManifest.safeParse(input);
  const object = asObject(input);
  const warnings = capped(ruleWarnings(object));
  const errors = [...(parsed.success ? [] : issueFindings(input, parsed.error.issues)), ...ruleErrors(object)];
  if (parsed.success && errors.length === 0) return { valid: true, manifest: parsed.data, errors: [], warnings };
  return { valid: false, errors: capped(errors), warnings };
};
