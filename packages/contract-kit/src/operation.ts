import type { z } from "zod";
import type { Access } from "./access.ts";
import { type CoreErrorCode, coreErrors, type ErrorCatalogue, type ErrorDefinition } from "./errors.ts";

/** HTTP methods that operations use. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** An answer that is not JSON: bytes of the given media type, sent as they are. */
export interface RawContent {
  readonly raw: true;
  readonly mediaType: string;
  readonly description: string;
}

/** Declares an answer of raw bytes. */
export const rawContent = (mediaType: string, description: string): RawContent => ({
  raw: true,
  mediaType,
  description,
});

/** A body that is not JSON, as it was sent. */
export class RawBody {
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(mediaType: string, bytes: Uint8Array<ArrayBuffer>) {
    this.mediaType = mediaType;
    this.bytes = bytes;
  }
}

/** Status → schema of the JSON body, raw bytes, or `null` for an empty answer. */
export type Success = Readonly<Record<number, z.ZodType | RawContent | null>>;

/** A worked example, for the reference. A test proves that it fits the contract. */
export interface Example {
  /** Path and query parameters side by side and `body` beside them, as a client call takes them. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** JSON body of the first success status; none for raw bytes and empty answers. */
  readonly answer?: unknown;
  /** JSON bodies of further success statuses, where they differ. */
  readonly also?: Readonly<Record<number, unknown>>;
}

/** What callers may rely on: one operation of an HTTP API, declared once, mounted, documented, called and tested from here. */
export interface Operation {
  /** Permanent `operationId`. */
  readonly id: string;
  readonly method: Method;
  /** Path template with `{name}` parameters; `{name+}` also matches slashes. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /**
   * `use-case`: the body reaches the handler as parsed JSON, unvalidated, because the use case reports schema problems
   * and rule problems together. The schema is still what clients send and what the reference shows.
   */
  readonly bodyCheckedBy?: "use-case";
  /** Further forms of the body: media type → what it is. They reach the handler as `RawBody`; JSON is parsed as ever. */
  readonly rawBodies?: Readonly<Record<string, string>>;
  /** Largest body in bytes; default 1.5 MiB. With one of its own, who may not call is refused before the body is read. */
  readonly bodyBytesMax?: number;
  readonly success: Success;
  /** Other forms of the 200 answer, chosen by `Accept`: media type → what it is. JSON is the default. */
  readonly alternatives?: Readonly<Record<string, string>>;
  readonly example?: Example;
  /** Codes beyond those that follow from the operation's own shape, see `errorCodes`. */
  readonly errors: readonly string[];
  /** Accepts `Idempotency-Key`. */
  readonly idempotent?: true;
  /** The agent that it changes is named in the body, not in the path. */
  readonly agentInBody?: true;
  /**
   * It changes no templates but those that it names, in the path or in the body, and holds each against the caller's token:
   * one that is bound to templates may call it.
   */
  readonly namesTemplates?: true;
  /** Accepts `If-Match`. */
  readonly ifMatch?: true;
}

/** A service's whole contract. */
export interface Contract {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly errors: ErrorCatalogue;
  /** What the operations of each tag are about. */
  readonly tags: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * The operations among what a module exports. A contract whose operations are typed by their modules' names has types that
 * can be written down: in full they are hundreds of kilobytes.
 */
export type OperationsOf<Module> = {
  readonly [Name in keyof Module as Module[Name] extends Operation ? Name : never]: Module[Name];
};

/** Makes a `defineOperation` whose `errors` must be codes of the given catalogue, or core ones. */
export const operationFactory =
  <Catalogue extends ErrorCatalogue>(_catalogue: Catalogue) =>
  <const Op extends Operation & { readonly errors: readonly ((keyof Catalogue & string) | CoreErrorCode)[] }>(
    operation: Op,
  ): Op =>
    operation;

/**
 * What an operation changes, or what is thought of it; undefined: neither agents nor templates. Then a bound token can be
 * refused, and the feed tells of it.
 */
export const publishedKind = ({ method, access }: Operation): "agent" | "template" | undefined => {
  if (method === "GET" || !("scope" in access) || !/:(?:publish|rate|admin)$/.test(access.scope)) return undefined;
  if (access.scope.startsWith("agents:")) return "agent";
  return access.scope.startsWith("templates:") ? "template" : undefined;
};

/** Whether an operation changes agents or templates, or what they are thought of. */
export const changesPublished = (operation: Operation): boolean => publishedKind(operation) !== undefined;

/** Every error code an operation may answer: its own, and those that follow from its shape. */
export const errorCodes = (operation: Operation): readonly (CoreErrorCode | (string & {}))[] => {
  const needsIdentity = !("anyone" in operation.access);
  const writes = operation.method !== "GET";
  const implied: [boolean, CoreErrorCode[]][] = [
    [true, ["request_invalid", "internal_error", "unavailable"]],
    [operation.query !== undefined && "cursor" in operation.query.shape, ["cursor_invalid"]],
    [needsIdentity, ["unauthenticated", "forbidden"]],
    [changesPublished(operation), ["agent_not_allowed"]],
    [publishedKind(operation) === "template", ["template_not_allowed"]],
    [operation.body !== undefined, ["body_malformed", "payload_too_large", "media_type_unsupported"]],
    [operation.idempotent === true, ["idempotency_in_flight", "idempotency_key_reused"]],
    [operation.ifMatch === true, ["precondition_failed"]],
    [writes, ["rate_limited"]],
  ];
  return [...implied.flatMap(([applies, codes]) => (applies ? codes : [])), ...operation.errors];
};

/** The codes of `errorCodes` as a type: an operation's own, and the core ones, some of which it may never answer. */
export type OperationErrorCode<Op extends Operation> = Op["errors"][number] | CoreErrorCode;

/** Looks a code up in a contract's catalogue, then in the core one. */
export const errorDefinition = (catalogue: ErrorCatalogue, code: string): ErrorDefinition => {
  const definition = catalogue[code] ?? (coreErrors as ErrorCatalogue)[code];
  if (!definition) throw new Error(`Error code "${code}" is in no catalogue`);
  return definition;
};

type ParsedObject<T> = T extends z.ZodObject ? z.output<T> : Record<never, never>;
type SentObject<T> = T extends z.ZodObject ? z.input<T> : Record<never, never>;

type RawBodyOf<Op extends Operation> = Op extends { readonly rawBodies: object } ? RawBody : never;
type ParsedBody<Op extends Operation> = Op extends { bodyCheckedBy: "use-case" }
  ? unknown
  : Op["body"] extends z.ZodType
    ? z.output<Op["body"]>
    : undefined;

/** Parsed input as a handler receives it. */
export interface OperationInput<Op extends Operation> {
  readonly params: ParsedObject<Op["params"]>;
  readonly query: ParsedObject<Op["query"]>;
  readonly body: ParsedBody<Op> | RawBodyOf<Op>;
}

/** Arguments of a client call: path and query parameters side by side, `body` beside them. */
export type OperationArguments<Op extends Operation> = SentObject<Op["params"]> &
  SentObject<Op["query"]> &
  (Op["body"] extends z.ZodType ? { body: z.input<Op["body"]> | RawBodyOf<Op> } : Record<never, never>);

type BodyOf<T> = T extends z.ZodType ? z.output<T> : T extends RawContent ? Uint8Array : undefined;

/** Statuses and bodies of an operation's success answers, as a union. */
export type OperationSuccess<Op extends Operation> = {
  [Status in keyof Op["success"] & number]: { readonly status: Status; readonly body: BodyOf<Op["success"][Status]> };
}[keyof Op["success"] & number];
