import {
  type Access,
  type Contract,
  errorCodes,
  errorDefinition,
  type Operation,
  Problem,
  problemMediaType,
  type RawContent,
} from "@nofx/contract-kit";
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";

const security = (access: Access): ZodOpenApiOperationObject["security"] => {
  if ("anyone" in access) return [];
  const needed = "scope" in access ? [access.scope] : [...access.kind];
  return "scope" in access && access.anonymous ? [{}, { token: needed }] : [{ token: needed }];
};

const whoMay = (access: Access): string => {
  if ("anyone" in access) return "Needs no token.";
  if ("kind" in access) return `Needs a token of: ${access.kind.join(" or ")}.`;
  return access.anonymous ? `Without a token, or with scope \`${access.scope}\`.` : `Needs scope \`${access.scope}\`.`;
};

const statusText: Record<number, string> = { 200: "Done", 201: "Created", 204: "Done, nothing to say" };

/** The example belongs to the first success status. */
const exampleOf = (operation: Operation, status: number): { example?: unknown } => {
  const isFirst = status === Number(Object.keys(operation.success)[0]);
  return isFirst && operation.example?.answer !== undefined ? { example: operation.example.answer } : {};
};

const jsonAndAlternatives = (operation: Operation, status: number, schema: z.ZodType) => ({
  "application/json": { schema, ...exampleOf(operation, status) },
  ...(status === 200 &&
    Object.fromEntries(
      Object.entries(operation.alternatives ?? {}).map(([mediaType, description]) => [
        mediaType,
        { schema: { type: "string" as const, description } },
      ]),
    )),
});

/** Gives the parameters the values of the example; those whose schema has a name of its own have examples there. */
const withExamples = (schema: z.ZodObject, values: Readonly<Record<string, unknown>> = {}): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, parameter]) => {
        const isNamed = parameter.meta()?.id !== undefined;
        return [name, name in values && !isNamed ? parameter.meta({ param: { example: values[name] } }) : parameter];
      }),
    ),
  );

const successResponses = (operation: Operation): ZodOpenApiResponsesObject =>
  Object.fromEntries(
    Object.entries(operation.success).map(
      ([status, content]): [string, ZodOpenApiResponsesObject[`${1 | 2 | 3 | 4 | 5}${string}`]] => {
        const description = statusText[Number(status)] ?? "Done";
        if (content === null) return [status, { description }];
        if ("raw" in content) {
          const raw = content as RawContent;
          return [
            status,
            {
              description: raw.description,
              content: { [raw.mediaType]: { schema: { type: "string", format: "binary" } } },
            },
          ];
        }
        return [status, { description, content: jsonAndAlternatives(operation, Number(status), content as z.ZodType) }];
      },
    ),
  );

/** Errors of one status share a response: their codes and what to do about each. */
const errorResponses = (contract: Contract, operation: Operation): ZodOpenApiResponsesObject => {
  const byStatus = Map.groupBy(errorCodes(operation), (code) => errorDefinition(contract.errors, code).status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes
          .map((code) => `\`${code}\`: ${errorDefinition(contract.errors, code).description}`)
          .join("\n\n"),
        content: { [problemMediaType]: { schema: Problem } },
      },
    ]),
  );
};

const headersOf = (operation: Operation): z.ZodObject | undefined => {
  const shape = {
    ...(operation.idempotent && {
      "Idempotency-Key": z
        .string()
        .min(1)
        .max(255)
        .optional()
        .meta({ description: "Makes a retry safe: the same key and body take effect once (24 hours)" }),
    }),
    ...(operation.ifMatch && {
      "If-Match": z
        .string()
        .optional()
        .meta({ description: "ETag of the state that the request is based on; 412 if it has changed" }),
    }),
  };
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
};

const operationObject = (contract: Contract, operation: Operation): ZodOpenApiOperationObject => {
  const header = headersOf(operation);
  const given = operation.example?.arguments;
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: `${operation.description}\n\n${whoMay(operation.access)}`,
    tags: [operation.tag],
    security: security(operation.access) ?? [],
    requestParams: {
      ...(operation.params && { path: withExamples(operation.params, given) }),
      ...(operation.query && { query: withExamples(operation.query, given) }),
      ...(header && { header }),
    },
    ...(operation.body && {
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: operation.body, ...(given && "body" in given && { example: given.body }) },
        },
      },
    }),
    responses: { ...successResponses(operation), ...errorResponses(contract, operation) },
  };
};

/** The contract as an OpenAPI 3.1 document. */
export const openApiDocument = (contract: Contract): object => {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of Object.values(contract.operations)) {
    const path = operation.path.replace("+}", "}");
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(contract, operation) };
  }
  const tags = [...new Set(Object.values(contract.operations).map(({ tag }) => tag))].map((name) => ({ name }));
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: contract.title,
      description: contract.description,
      version: contract.version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags,
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "An API token (`nofx_…`) or a JSON Web Token of a configured issuer",
        },
      },
    },
  });
};
