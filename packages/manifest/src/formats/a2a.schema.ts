import { z } from "zod";

/** A2A agent cards: 1.0 as its protobuf definition maps to JSON, where empty lists are left out, and 0.3.0. */

const text = z.string().min(1);
const texts = z.array(z.string()).optional();

const Scopes = z.looseObject({ list: texts });
const Requirement = z.looseObject({ schemes: z.record(z.string(), Scopes).optional() });

const skill = {
  id: text,
  name: text,
  description: z.string(),
  tags: texts,
  examples: texts,
  inputModes: texts,
  outputModes: texts,
};

const shared = {
  name: text,
  description: z.string(),
  version: text,
  provider: z.looseObject({ organization: z.string(), url: z.string() }).optional(),
  documentationUrl: z.string().optional(),
  iconUrl: z.string().optional(),
  defaultInputModes: texts,
  defaultOutputModes: texts,
  signatures: z.array(z.unknown()).optional(),
};

const capabilities = z.looseObject({
  streaming: z.boolean().optional(),
  pushNotifications: z.boolean().optional(),
  extensions: z.array(z.looseObject({ uri: z.string().optional() })).optional(),
});

/** Agent card of A2A 1.0. */
export const AgentCard = z.looseObject({
  ...shared,
  /** May be empty: the card of an agent that is known, but cannot be called by A2A. */
  supportedInterfaces: z.array(
    z.looseObject({ url: text, protocolBinding: text, protocolVersion: text, tenant: z.string().optional() }),
  ),
  capabilities: capabilities.optional(),
  skills: z.array(z.looseObject({ ...skill, securityRequirements: z.array(Requirement).optional() })).optional(),
  securitySchemes: z.record(z.string(), z.looseObject({})).optional(),
  securityRequirements: z.array(Requirement).optional(),
});
export type AgentCard = z.infer<typeof AgentCard>;

const scopesByScheme = z.array(z.record(z.string(), z.array(z.string()))).optional();

/** Agent card of A2A 0.3.0. */
export const AgentCard03 = z.looseObject({
  ...shared,
  url: text,
  protocolVersion: text,
  preferredTransport: z.string().optional(),
  additionalInterfaces: z.array(z.looseObject({ url: text, transport: text })).optional(),
  capabilities,
  skills: z.array(z.looseObject({ ...skill, security: scopesByScheme })),
  securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })).optional(),
  security: scopesByScheme,
  supportsAuthenticatedExtendedCard: z.boolean().optional(),
});
export type AgentCard03 = z.infer<typeof AgentCard03>;

/** The five kinds of security scheme in 1.0, by the key that tells them apart. */
export const schemeKeys = [
  "apiKeySecurityScheme",
  "httpAuthSecurityScheme",
  "oauth2SecurityScheme",
  "openIdConnectSecurityScheme",
  "mtlsSecurityScheme",
] as const;
