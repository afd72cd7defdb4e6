import { manifestLimits } from "@nofx/contract-registry";
import { asObject } from "@nofx/document";
import { AgentCard, AgentCard03 } from "./a2a.schema.ts";
import { requirementsOf, schemesOf } from "./a2a-security.ts";
import {
  type Draft,
  endpointsOf,
  type Format,
  filled,
  keptInOriginal,
  type Place,
  problemsIn,
  set,
} from "./conversion.ts";
import { distinct, idOf, tagsOf } from "./identity.ts";
import { type Ledger, openLedger } from "./ledger.ts";

/** What the two versions say in different words, in ours. */
interface Dialect {
  readonly endpoints: readonly Place[];
  readonly capabilities: Record<string, unknown>;
  readonly schemes: Record<string, unknown>;
  readonly requirements: readonly unknown[];
  readonly skillRequirements: (index: number) => readonly unknown[] | undefined;
}

type Card = AgentCard | AgentCard03;
type Skill = NonNullable<Card["skills"]>[number];

const signatureLost = "A signature holds for the original document, not for one that is made from a manifest";
const reasons = { "$.signatures": signatureLost };

const dialect10 = (card: AgentCard, ledger: Ledger): Dialect => ({
  endpoints: card.supportedInterfaces.map(({ url, protocolBinding, protocolVersion, tenant }, index) => {
    const at = ["supportedInterfaces", index];
    ledger.kept(at, ["url", "protocolBinding", "protocolVersion", "tenant"]);
    return { at, endpoint: set({ url, protocol: "a2a", binding: protocolBinding, protocolVersion, tenant }) };
  }),
  capabilities: ledger.keep(["capabilities"], asObject(card.capabilities)),
  schemes: ledger.keep(["securitySchemes"], asObject(card.securitySchemes)),
  requirements: ledger.keep(["securityRequirements"], card.securityRequirements ?? []),
  skillRequirements: (index) =>
    ledger.keep(["skills", index, "securityRequirements"], card.skills?.[index]?.securityRequirements),
});

/** The preferred interface first; it is customarily listed among the additional ones again. */
const interfaces03 = (card: AgentCard03, ledger: Ledger): Dialect["endpoints"] => {
  const { protocolVersion, preferredTransport = "JSONRPC", additionalInterfaces = [] } = card;
  const endpoint = (url: string, binding: string) => ({ url, protocol: "a2a", binding, protocolVersion });
  const others = additionalInterfaces.flatMap(({ url, transport }, index) => {
    const at = ["additionalInterfaces", index];
    ledger.kept(at, ["url", "transport"]);
    return url === card.url && transport === preferredTransport ? [] : [{ at, endpoint: endpoint(url, transport) }];
  });
  return [{ at: ["url"], endpoint: endpoint(card.url, preferredTransport) }, ...others];
};

const dialect03 = (card: AgentCard03, ledger: Ledger): Dialect => {
  ledger.kept([], ["url", "protocolVersion", "preferredTransport", "security", "supportsAuthenticatedExtendedCard"]);
  return {
    endpoints: interfaces03(card, ledger),
    capabilities: set({
      ...ledger.keep(["capabilities"], card.capabilities),
      extendedAgentCard: card.supportsAuthenticatedExtendedCard,
    }),
    schemes: schemesOf(asObject(card.securitySchemes), ledger),
    requirements: requirementsOf(card.security ?? []),
    skillRequirements: (index) => {
      const security = ledger.keep(["skills", index, "security"], card.skills[index]?.security);
      return security && requirementsOf(security);
    },
  };
};

const skillCapability = (skill: Skill, id: string, index: number, dialect: Dialect, ledger: Ledger) => {
  const at = (key: string) => ["skills", index, key];
  if (id === skill.id) ledger.keep(at("id"), id);
  else ledger.lose(at("id"), `Is written "${id}" here: ids have lower-case letters, digits, dots and hyphens`);
  ledger.kept(["skills", index], ["tags", "examples", "inputModes", "outputModes"]);
  const { tags, examples, inputModes, outputModes } = skill;
  const requirements = dialect.skillRequirements(index);
  return {
    id,
    label: ledger.keepText(at("name"), skill.name, 120),
    description: ledger.keepText(at("description"), skill.description, 1000),
    ...set({ tags, examples, inputModes, outputModes, securityRequirements: requirements }),
  };
};

const capabilitiesOf = (card: Card, dialect: Dialect, ledger: Ledger) => {
  const skills = (card.skills ?? []) as Skill[];
  const some = skills.slice(0, manifestLimits.capabilitiesMax);
  for (let index = some.length; index < skills.length; index += 1) {
    ledger.lose(["skills", index], `An agent has at most ${manifestLimits.capabilitiesMax} capabilities`);
  }
  const ids = distinct(some.map(({ id }) => idOf(id, "skill")));
  return some.map((skill, index) => skillCapability(skill, ids[index] ?? "", index, dialect, ledger));
};

/** Lists of media types, as far as a manifest holds them. */
const modesOf = (card: Card, ledger: Ledger): Record<string, unknown> | undefined => {
  const list = (key: "defaultInputModes" | "defaultOutputModes") => {
    const modes = card[key];
    if (modes?.every((mode) => mode.length > 0 && mode.length <= 255) && modes.length <= 100)
      return ledger.keep([key], modes);
    return undefined;
  };
  return filled(set({ input: list("defaultInputModes"), output: list("defaultOutputModes") }));
};

const metadataOf = ({ provider, documentationUrl, iconUrl }: Card, ledger: Ledger): Record<string, unknown> => {
  ledger.kept(["provider"], ["organization", "url"]);
  ledger.kept([], ["documentationUrl", "iconUrl"]);
  return set({ owner: provider?.organization, ownerUrl: provider?.url, documentationUrl, iconUrl });
};

const definitionOf = (card: Card, dialect: Dialect, ids: readonly string[], ledger: Ledger) => {
  const { schemes, requirements, capabilities } = dialect;
  return set({
    capabilities: filled(ids),
    endpoints: endpointsOf(dialect.endpoints, ledger),
    modes: modesOf(card, ledger),
    security: filled(set({ schemes: filled(schemes), requirements: filled(requirements) })),
    interop: filled(capabilities) && { a2a: { capabilities } },
  });
};

const draft = (card: Card, dialect: Dialect, ledger: Ledger): Draft => {
  const capabilities = capabilitiesOf(card, dialect, ledger);
  const ids = capabilities.map(({ id }) => id);
  const manifest = {
    name: ledger.keepText(["name"], card.name, 120),
    description: ledger.keepText(["description"], card.description, 2000),
    ...set({
      capabilities: filled(capabilities),
      tags: filled(tagsOf((card.skills ?? []).flatMap((skill) => skill.tags ?? []))),
      metadata: filled(metadataOf(card, ledger)),
    }),
    manifest: definitionOf(card, dialect, ids, ledger),
  };
  const formatVersion = String(dialect.endpoints[0]?.endpoint.protocolVersion ?? "1.0");
  ledger.kept([], ["version"]);
  return { manifest, name: card.name, version: card.version, formatVersion, losses: ledger.settle(reasons) };
};

/** Reads an agent card of A2A 1.0, or of 0.3 where there is no `supportedInterfaces`. */
export const readCard: Format["read"] = (source) => {
  const ledger = openLedger(source, keptInOriginal);
  const isOld = "url" in asObject(source) && !("supportedInterfaces" in asObject(source));
  if (isOld) {
    const parsed = AgentCard03.safeParse(source);
    return parsed.success ? draft(parsed.data, dialect03(parsed.data, ledger), ledger) : problemsIn(parsed.error);
  }
  const parsed = AgentCard.safeParse(source);
  return parsed.success ? draft(parsed.data, dialect10(parsed.data, ledger), ledger) : problemsIn(parsed.error);
};
