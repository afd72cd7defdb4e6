import type { AgentVersionDocument } from "@nofx/contract-registry";
import { asObject, type Path } from "@nofx/document";
import { AgentCard, schemeKeys } from "./a2a.schema.ts";
import { containers, type Exported, filled, set } from "./conversion.ts";
import { tagsOf } from "./identity.ts";
import { type Ledger, openLedger } from "./ledger.ts";

type Capability = NonNullable<AgentVersionDocument["capabilities"]>[number];

const otherwise = "An agent card has no place for it";
const reasons = {
  "$.agentId": "An agent card has no unique id; its address is the identity",
  "$.tags": "A2A has tags of skills only",
  "$.manifest.endpoints[*]": "An agent card lists A2A interfaces only",
  "$.manifest.origin": "The card is made from the manifest, not the original document",
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const textsOf = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;

const requirementsIn = (value: unknown) => AgentCard.shape.securityRequirements.safeParse(value).data;

const interfacesOf = (document: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const interfaces = (document.manifest.endpoints ?? []).flatMap((endpoint, index) => {
    if (endpoint.protocol !== "a2a") return [];
    const at = ["manifest", "endpoints", index];
    const { url, binding, protocolVersion, tenant } = endpoint;
    const texts = ["binding", "protocolVersion", "tenant"].filter((key) => isText(endpoint[key]));
    ledger.kept(at, ["url", "protocol", ...texts]);
    const madeUp = (key: string, value: string): string => {
      ledger.lose([...at, key], `A2A requires it; "${value}" is assumed`);
      return value;
    };
    return [
      set({
        url,
        protocolBinding: isText(binding) ? binding : madeUp("binding", "JSONRPC"),
        protocolVersion: isText(protocolVersion) ? protocolVersion : madeUp("protocolVersion", "1.0"),
        tenant: isText(tenant) ? tenant : undefined,
      }),
    ];
  });
  if (interfaces.length === 0) {
    ledger.note(["manifest", "endpoints"], "No endpoint of protocol `a2a`: the card lists no interface to call");
  }
  return interfaces;
};

const skillOf = (capability: Capability, index: number, tags: string[], ledger: Ledger): Record<string, unknown> => {
  const at = ["capabilities", index];
  const texts = (key: string): string[] | undefined => {
    const list = textsOf(capability[key]);
    if (list) ledger.kept(at, [key]);
    return list;
  };
  ledger.kept(at, ["id", "label", "description"]);
  if (!capability.description) ledger.lose([...at, "description"], "A2A requires a description; the label is repeated");
  const own = texts("tags");
  if (!own) ledger.lose([...at, "tags"], "A2A requires tags per skill; the agent's are repeated");
  const requirements = requirementsIn(capability.securityRequirements);
  if (requirements) ledger.kept(at, ["securityRequirements"]);
  return set({
    id: capability.id,
    name: capability.label,
    description: capability.description || capability.label,
    tags: own ?? tags,
    examples: texts("examples"),
    inputModes: texts("inputModes"),
    outputModes: texts("outputModes"),
    securityRequirements: requirements,
  });
};

const skillsOf = ({ capabilities = [], tags = [], manifest }: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const skills = capabilities.map((capability, index) => skillOf(capability, index, tags, ledger));
  const said = new Set(tagsOf(skills.flatMap((skill) => skill.tags as string[])));
  if (tags.every((tag) => said.has(tag))) ledger.kept([], ["tags"]);
  const ids = new Set(capabilities.map(({ id }) => id));
  if (manifest.capabilities?.every((id) => ids.has(id))) ledger.kept(["manifest"], ["capabilities"]);
  return skills;
};

/** What comes in and goes out, made up where nothing is said: JSON for an agent with schemas, otherwise text. */
const modesOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): Record<string, unknown> => {
  const mode = (key: "input" | "output", schema: unknown): readonly string[] => {
    const modes = manifest.modes?.[key];
    if (modes) return ledger.keep(["manifest", "modes", key], modes);
    const assumed = schema === undefined ? "text/plain" : "application/json";
    ledger.lose(["manifest", "modes", key], `A2A requires media types; ${assumed} is assumed`);
    return [assumed];
  };
  return {
    defaultInputModes: mode("input", manifest.inputs),
    defaultOutputModes: mode("output", manifest.outputs),
  };
};

/** A2A 1.0 holds one flow of an OAuth 2 scheme. */
const singleFlow = (scheme: Record<string, unknown>, at: Path, ledger: Ledger): Record<string, unknown> => {
  const { oauth2SecurityScheme } = scheme;
  const { flows } = asObject(oauth2SecurityScheme);
  const [first, ...others] = Object.entries(asObject(flows));
  if (!first || others.length === 0) return scheme;
  for (const [name] of others) {
    ledger.lose([...at, "oauth2SecurityScheme", "flows", name], "A2A 1.0 holds one flow of a scheme, the first");
  }
  return { oauth2SecurityScheme: { ...asObject(oauth2SecurityScheme), flows: Object.fromEntries([first]) } };
};

const securityOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): Record<string, unknown> => {
  const { schemes, requirements } = asObject(manifest.security);
  const known = Object.entries(asObject(schemes)).flatMap(([name, scheme]) => {
    const at = ["manifest", "security", "schemes", name];
    const keys = Object.keys(asObject(scheme));
    if (keys.length !== 1 || !schemeKeys.some((key) => key === keys[0])) return [];
    return [[name, singleFlow(ledger.keep(at, asObject(scheme)), at, ledger)] as const];
  });
  const required = requirementsIn(requirements);
  if (required) ledger.kept(["manifest", "security"], ["requirements"]);
  return { securitySchemes: filled(Object.fromEntries(known)), securityRequirements: filled(required) };
};

const featuresOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): Record<string, unknown> => {
  const at = ["manifest", "interop", "a2a", "capabilities"];
  const given = AgentCard.shape.capabilities.safeParse(manifest.interop?.a2a?.capabilities);
  if (!given.success || !given.data) return {};
  const { stateTransitionHistory, ...features } = given.data;
  ledger.kept(at, Object.keys(features));
  if (stateTransitionHistory !== undefined) ledger.lose([...at, "stateTransitionHistory"], "A2A 1.0 has dropped it");
  return features;
};

const aboutOf = ({ metadata = {} }: AgentVersionDocument, ledger: Ledger): Record<string, unknown> => {
  const link = (...keys: string[]): string | undefined => {
    const key = keys.find((candidate) => isText(metadata[candidate]));
    if (key === undefined) return undefined;
    return ledger.keep(["metadata", key], metadata[key] as string);
  };
  const { owner, ownerUrl } = metadata;
  const isComplete = isText(owner) && isText(ownerUrl);
  if (isComplete) ledger.kept(["metadata"], ["owner", "ownerUrl"]);
  else if (owner !== undefined)
    ledger.lose(["metadata", "owner"], "A2A needs a URL beside a provider's name: set `metadata.ownerUrl`");
  return {
    provider: isComplete ? { organization: owner, url: ownerUrl } : undefined,
    documentationUrl: link("documentationUrl", "homepage"),
    iconUrl: link("iconUrl"),
  };
};

/** Writes an agent card of A2A 1.0. It can always be written; without an A2A endpoint it cannot be called. */
export const writeCard = (document: AgentVersionDocument): Exported => {
  const ledger = openLedger(document, otherwise, containers);
  const { name, version, description } = document;
  ledger.kept([], ["name", "version", "description"]);
  if (!description) ledger.lose(["description"], "A2A requires a description; the name is repeated");
  const card = set({
    name,
    description: description || name,
    version,
    supportedInterfaces: interfacesOf(document, ledger),
    capabilities: featuresOf(document, ledger),
    ...modesOf(document, ledger),
    skills: skillsOf(document, ledger),
    ...securityOf(document, ledger),
    ...aboutOf(document, ledger),
  });
  return { document: card, losses: ledger.settle(reasons) };
};
