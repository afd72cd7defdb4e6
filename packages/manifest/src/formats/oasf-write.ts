import { jsonPath } from "@nofx/contract-kit";
import type { AgentVersionDocument } from "@nofx/contract-registry";
import { asObject, type Path } from "@nofx/document";
import { writeCard } from "./a2a-write.ts";
import { containers, type ExportContext, type Exported, set } from "./conversion.ts";
import { idOf } from "./identity.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { Domains, Locator, Module, OasfRecord, OasfSkill } from "./oasf.schema.ts";

export const oasfVersion = "1.0.0";

const otherwise = "An OASF record has no place for it";
const reasons: Readonly<Record<string, string>> = {
  "$.manifest.endpoints[*]": "Endpoints go into an integration module or a locator; neither takes this one",
  "$.manifest.packages[*]": "A locator holds a URL, and none is known for packages of this registry",
  "$.manifest.origin": "The record is made from the manifest, not the original document",
};

type Capability = NonNullable<AgentVersionDocument["capabilities"]>[number];

const skillOf = (capability: Capability, index: number, ledger: Ledger): unknown => {
  const at = ["capabilities", index];
  const { id, label, description } = capability;
  const known = OasfSkill.safeParse(capability.oasf).data;
  if (!known) {
    ledger.kept(at, ["label", "description"]);
    ledger.lose([...at, "id"], "OASF requires a class of its taxonomy; directories refuse others");
    return { name: id, annotations: set({ label, description }) };
  }
  const name = known.name ?? `skill-${known.id}`;
  ledger.kept(at, [
    "oasf",
    ...(idOf(name, "skill") === id ? ["id"] : []),
    ...(name.slice(0, 120) === label ? ["label"] : []),
  ]);
  return known;
};

const skillsOf = ({ capabilities = [], manifest }: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const ids = new Set(capabilities.map(({ id }) => id));
  if (manifest.capabilities?.every((id) => ids.has(id))) ledger.kept(["manifest"], ["capabilities"]);
  return capabilities.map((capability, index) => skillOf(capability, index, ledger));
};

/** Where packages of known registries are found. */
const packageUrls: Readonly<Record<string, (identifier: string, version: string) => { type: string; url: string }>> = {
  npm: (name, version) => ({
    type: "package",
    url: `https://www.npmjs.com/package/${name}${version && `/v/${version}`}`,
  }),
  pypi: (name, version) => ({ type: "package", url: `https://pypi.org/project/${name}/${version && `${version}/`}` }),
  nuget: (name, version) => ({ type: "package", url: `https://www.nuget.org/packages/${name}/${version}` }),
  cargo: (name, version) => ({ type: "package", url: `https://crates.io/crates/${name}/${version}` }),
  oci: (name) => ({ type: "container_image", url: /^https?:/.test(name) ? name : `https://${name}` }),
  mcpb: (url) => ({ type: "binary", url }),
};

const locatorsOf = ({ manifest, metadata }: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const given = Locator.array().safeParse(manifest.interop?.oasf?.locators).data ?? [];
  if (given.length > 0) ledger.kept(["manifest", "interop", "oasf"], ["locators"]);
  const listed = new Set<unknown>(given.flatMap(({ urls }) => urls));
  if (listed.has(metadata?.repository)) ledger.kept(["metadata"], ["repository"]);
  const made = (manifest.packages ?? []).flatMap((entry, index) => {
    const at = ["manifest", "packages", index];
    const { registryType, identifier, version } = entry;
    if (listed.has(identifier)) {
      ledger.kept(at, ["registryType", "identifier"]);
      return [];
    }
    const locate = Object.hasOwn(packageUrls, registryType) ? packageUrls[registryType] : undefined;
    if (!locate) return [];
    const { type, url } = locate(identifier, typeof version === "string" ? version : "");
    ledger.lose(at, `A locator holds an address and nothing else: ${url}`);
    return [{ type, urls: [url] }];
  });
  return [...given, ...made, ...elsewhere(manifest, ledger)];
};

/** Endpoints of no protocol that OASF has a module for. */
const elsewhere = ({ endpoints = [] }: AgentVersionDocument["manifest"], ledger: Ledger): unknown[] =>
  endpoints.flatMap(({ url, protocol }, index) => {
    if (protocol === "a2a" || protocol === "mcp") return [];
    return [{ type: "url", urls: [ledger.keep(["manifest", "endpoints", index, "url"], url)] }];
  });

const skillParts = ["tags", "examples", "inputModes", "outputModes", "securityRequirements"];

/** What an agent card inside the record can hold beyond the record itself. */
const partsOfCard = ({ capabilities = [] }: AgentVersionDocument): Path[] => [
  ["tags"],
  ...["modes", "security"].map((key) => ["manifest", key]),
  ["manifest", "interop", "a2a"],
  ...["ownerUrl", "documentationUrl", "homepage", "iconUrl"].map((key) => ["metadata", key]),
  ...capabilities.flatMap((_capability, index) => skillParts.map((key) => ["capabilities", index, key])),
];

const cardModule = (document: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const { endpoints = [] } = document.manifest;
  const written = endpoints.some(({ protocol }) => protocol === "a2a") && writeCard(document);
  if (!written || "obstacle" in written) return [];
  const isWithin = (path: string, whole: string): boolean =>
    path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
  const isLost = (part: string): boolean =>
    written.losses.some(({ path }) => isWithin(path, part) || isWithin(part, path));
  for (const path of partsOfCard(document)) if (!isLost(jsonPath(path))) ledger.kept(path.slice(0, -1), path.slice(-1));
  endpoints.forEach(({ protocol }, index) => {
    const at: Path = ["manifest", "endpoints", index];
    if (protocol === "a2a" && !isLost(jsonPath(at))) ledger.kept(at.slice(0, -1), [index]);
  });
  return [{ name: "integration/a2a", id: 203, data: { card_schema_version: "1.0", card_data: written.document } }];
};

const serverModule = (document: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const connections = (document.manifest.endpoints ?? []).flatMap(({ url, protocol, transport }, index) => {
    if (protocol !== "mcp") return [];
    const isText = typeof transport === "string";
    ledger.kept(["manifest", "endpoints", index], ["url", "protocol", ...(isText ? ["transport"] : [])]);
    if (!isText)
      ledger.note(["manifest", "endpoints", index, "transport"], "OASF requires it; streamable-http is assumed");
    return [{ type: isText ? transport : "streamable-http", url }];
  });
  return connections.length > 0
    ? [{ name: "integration/mcp", id: 202, data: { name: document.name, connections } }]
    : [];
};

const modulesOf = (document: AgentVersionDocument, ledger: Ledger): unknown[] => {
  const given = Module.array().safeParse(document.manifest.interop?.oasf?.modules).data ?? [];
  if (given.length > 0) ledger.kept(["manifest", "interop", "oasf"], ["modules"]);
  const names = new Set(given.map(({ name }) => name));
  const said = JSON.stringify(given);
  document.manifest.endpoints?.forEach(({ url }, index) => {
    if (said.includes(JSON.stringify(url))) ledger.kept(["manifest", "endpoints"], [index]);
  });
  return [
    ...given,
    ...(names.has("integration/a2a") ? [] : cardModule(document, ledger)),
    ...(names.has("integration/mcp") ? [] : serverModule(document, ledger)),
  ];
};

const authorsOf = ({ metadata = {} }: AgentVersionDocument, tenant: string, ledger: Ledger): string[] => {
  const { authors, owner } = metadata;
  if (Array.isArray(authors) && authors.every((author) => typeof author === "string") && authors.length > 0) {
    if (authors.some((author) => author === owner)) ledger.kept(["metadata"], ["owner"]);
    return ledger.keep(["metadata", "authors"], authors);
  }
  if (typeof owner === "string" && owner) return [ledger.keep(["metadata", "owner"], owner)];
  ledger.lose(["metadata", "owner"], "OASF requires authors; the tenant is named");
  return [tenant];
};

const createdOf = ({ metadata }: AgentVersionDocument, publishedAt: string, ledger: Ledger): string => {
  const { createdAt } = asObject(metadata);
  const isTime = typeof createdAt === "string" && !Number.isNaN(Date.parse(createdAt));
  return isTime ? ledger.keep(["metadata", "createdAt"], createdAt) : publishedAt;
};

/** Writes an OASF record. It needs a skill: an agent without capabilities cannot be told as one. */
export const writeRecord = (document: AgentVersionDocument, context: ExportContext): Exported => {
  const { agentId, name, version, description, manifest } = document;
  if (!document.capabilities?.length) {
    return { obstacle: "An OASF record needs at least one skill; publish a version with `capabilities`." };
  }
  const ledger = openLedger(document, otherwise, containers);
  ledger.kept([], ["agentId", "name", "version", "description"]);
  if (!description) ledger.lose(["description"], "OASF requires a description; the name is repeated");
  const own = asObject(manifest.interop?.oasf);
  const domains = Domains.safeParse(own.domains).data;
  const annotations = OasfRecord.shape.annotations.safeParse(own.annotations).data;
  ledger.kept(
    ["manifest", "interop", "oasf"],
    [...(domains ? ["domains"] : []), ...(annotations ? ["annotations"] : [])],
  );
  const record = {
    name,
    version,
    schema_version: oasfVersion,
    description: description || name,
    authors: authorsOf(document, context.tenant, ledger),
    created_at: createdOf(document, context.publishedAt, ledger),
    skills: skillsOf(document, ledger),
    domains: domains ?? [],
    modules: modulesOf(document, ledger),
    locators: locatorsOf(document, ledger),
    annotations: { ...annotations, "nofx/tenant": context.tenant, "nofx/agentId": agentId },
  };
  return { document: record, losses: ledger.settle(reasons) };
};
