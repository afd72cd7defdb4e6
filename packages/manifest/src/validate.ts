import { AgentManifest, type Finding } from "@nofx/contract-registry";
import {
  asArray,
  asObject,
  capped,
  duplicates,
  fileFindings,
  finding,
  issueFindings,
  type Judged,
  known,
  type Path,
  unknownKeys,
} from "@nofx/document";
import { originFindings } from "./formats/interchange.ts";

/** The verdict on a manifest: usable with warnings, or the errors that prevent publishing. */
export type Validation = Judged<AgentManifest>;

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

const reservedIds = new Set(["publish", "validate", "import", "resolve", "candidates"]);

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

const topLevelKeys = known(AgentManifest);
const definitionKeys = known(AgentManifest.shape.manifest);

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
