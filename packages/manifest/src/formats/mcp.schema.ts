import { z } from "zod";

/** MCP `server.json`, schema 2025-12-11. */

const text = z.string().min(1);
const url = z.url();
const inputs = z.array(z.looseObject({ name: text })).optional();
const argument = z.union([
  z.looseObject({ type: z.literal("named"), name: text }),
  z.looseObject({ type: z.literal("positional"), valueHint: text }),
  z.looseObject({ type: z.literal("positional"), value: z.string() }),
]);

/** Where a server answers; the address may hold variables in braces. */
const address = z
  .string()
  .regex(/^(?:https?:\/\/\S+|\{[A-Za-z_]\w*\}\S*)$/, "Use an http or https URL, or a variable such as `{baseUrl}/mcp`");

const remoteTransports = ["streamable-http", "sse"] as const;
export const Remote = z.looseObject({
  type: z.enum(remoteTransports),
  url: address,
  headers: inputs,
  variables: z.record(z.string(), z.looseObject({})).optional(),
});

const version = text
  .max(255)
  .refine(
    (value) => value !== "latest" && !/^[\^~<>=]|(?:^|\.)[xX*](?:\.|$)|\|\||\s-\s/.test(value),
    "Name one version, not a range",
  );

export const Package = z
  .looseObject({
    registryType: text,
    identifier: text,
    version: version.optional(),
    registryBaseUrl: url.optional(),
    fileSha256: z
      .string()
      .regex(/^[a-f0-9]{64}$/)
      .optional(),
    transport: z.union([z.looseObject({ type: z.literal("stdio") }), Remote]),
    runtimeArguments: z.array(argument).optional(),
    packageArguments: z.array(argument).optional(),
    environmentVariables: inputs,
  })
  .refine(({ registryType, fileSha256 }) => registryType !== "mcpb" || fileSha256 !== undefined, {
    path: ["fileSha256"],
    message: "Required for packages of type mcpb",
  });

export const ServerName = z
  .string()
  .min(3)
  .max(200)
  .regex(
    /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/,
    "Use a reverse-DNS namespace, one slash and a name: `io.github.me/weather`",
  );

export const Repository = z.looseObject({ url, source: text });
export const Icon = z.looseObject({ src: z.url({ protocol: /^https$/ }).max(255) });

export const ServerJson = z.looseObject({
  $schema: z.string().optional(),
  name: ServerName,
  description: text.max(100),
  title: text.max(100).optional(),
  version,
  websiteUrl: url.optional(),
  repository: Repository.optional(),
  icons: z.array(Icon).optional(),
  packages: z.array(Package).optional(),
  remotes: z.array(Remote).optional(),
  _meta: z.record(z.string(), z.unknown()).optional(),
});
export type ServerJson = z.infer<typeof ServerJson>;
