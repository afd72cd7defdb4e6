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
import { headersFor, headersOf, problemExamples, requestHeaders } from "./openapi-parts.ts";

const security = (access: Access): ZodOpenApiOperationObject["security"] => {
  if ("anyone" in access) return [];
  const needed = "scope" in access ? [access.scope] : [...access.kind];
  return "scope" in access && access.anonymous ? [{}, { token: needed }] : [{ token: needed }];
};

const whoMay = (access: Access): string => {
  if ("anyone" in access) return "Needs no token.";
  if ("kind" in access) return `Needs a token of: ${access.kind.join(" or ")}.`;
  const needed = `scope \`${access.scope}\`${access.operator ? ", or the operator's token" : ""}`;
  return access.anonymous ? `Without a token, or with ${needed}.` : `Needs ${needed}.`;
};

const statusText: Record<number, string> = { 200: "Done", 201: "Created", 204: "Done, nothing to say" };

/** The answer belongs to the first success status, and to those of the same form that have none of their own. */
const exampleOf = ({ success, example }: Operation, status: number): { example?: unknown } => {
  const isLikeFirst = success[status] === Object.values(success)[0];
  const value = example?.also?.[status] ?? (isLikeFirst ? example?.answer : undefined);
  return value === undefined ? {} : { example: value };
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

/** What a schema says of itself, also where it is optional or has a default. */
const descriptionOf = (schema: z.ZodType): string | undefined => {
  const own = schema.meta()?.description;
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return own ?? (isWrapped ? descriptionOf(schema.unwrap() as z.ZodType) : undefined);
};

/** Gives the parameters descriptions, and the values of the example; those whose schema has a name of its own have both there. */
const withExamples = (schema: z.ZodObject, values: Readonly<Record<string, unknown>> = {}): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, parameter]) => {
        if (parameter.meta()?.id !== undefined) return [name, parameter];
        const description = descriptionOf(parameter);
        const example = name in values ? { param: { example: values[name] } } : {};
        return [name, parameter.meta({ ...(description !== undefined && { description }), ...example })];
      }),
    ),
  );

const successResponses = (operation: Operation): ZodOpenApiResponsesObject =>
  Object.fromEntries(
    Object.entries(operation.success).map(
      ([status, content]): [string, ZodOpenApiResponsesObject[`${1 | 2 | 3 | 4 | 5}${string}`]] => {
        const description = statusText[Number(status)] ?? "Done";
        const headers = headersFor(operation, Number(status));
        if (content === null) return [status, { description, headers }];
        if ("raw" in content) {
          const raw = content as RawContent;
          return [
            status,
            {
              description: raw.description,
              headers,
              content: { [raw.mediaType]: { schema: { type: "string", format: "binary" } } },
            },
          ];
        }
        return [
          status,
          { description, headers, content: jsonAndAlternatives(operation, Number(status), content as z.ZodType) },
        ];
      },
    ),
  );

const notModified = (operation: Operation): ZodOpenApiResponsesObject =>
  operation.method === "GET"
    ? { 304: { description: "Not changed: `If-None-Match` names its ETag", headers: headersFor(operation, 304) } }
    : {};

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
        headers: headersFor(operation, status, codes),
        content: {
          [problemMediaType]: {
            schema: Problem,
            examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      },
    ]),
  );
};

const operationObject = (contract: Contract, operation: Operation): ZodOpenApiOperationObject => {
  const header = requestHeaders(operation);
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
          ...Object.fromEntries(
            Object.entries(operation.rawBodies ?? {}).map(([mediaType, description]) => [
              mediaType,
              { schema: { type: "string" as const, format: "binary", description } },
            ]),
          ),
        },
      },
    }),
    responses: { ...successResponses(operation), ...notModified(operation), ...errorResponses(contract, operation) },
  };
};

/** The contract as an OpenAPI 3.1 document. */
export const openApiDocument = (contract: Contract): object => {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of Object.values(contract.operations)) {
    const path = operation.path.replace("+}", "}");
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(contract, operation) };
  }
  const tags = Object.entries(contract.tags).map(([name, description]) => ({ name, description }));
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
      headers: headersOf(contract),
      examples: problemExamples(contract),
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

const written = new WeakMap<Contract, string>();

/** The document as JSON, made once per contract. */
export const openApiJson = (contract: Contract): string => {
  const known = written.get(contract);
  if (known !== undefined) return known;
  const json = JSON.stringify(openApiDocument(contract));
  written.set(contract, json);
  return json;
};
