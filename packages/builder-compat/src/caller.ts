/** A server under test, and a token that may use all of its builder API. */
export interface BuilderServer {
  /** Where `/builder/templates` is found. */
  readonly baseUrl: string;
  readonly token: string;
  /** How requests travel; the global `fetch` unless given. */
  readonly fetch?: typeof fetch;
  /** `false`: the store may hold templates already. Tests that need an empty one are then skipped. */
  readonly fresh?: boolean;
}

/** A request to the builder API. */
export interface Message {
  readonly method: "GET" | "POST" | "PUT";
  /** What follows `/builder/templates`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly text?: string;
  /** Instead of the server's token; `null` sends none. */
  readonly authorization?: string | null;
}

/** What came back. */
export interface Answer {
  /** Method and path, to tell what was asked when it is not what it should be. */
  readonly to: string;
  readonly status: number;
  /** Parsed if it is JSON, otherwise its text. */
  readonly body: unknown;
}

const timeoutMs = 60_000;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Sends a request, whatever it is, and reads the answer, whatever it is. */
export const send = async (server: BuilderServer, message: Message): Promise<Answer> => {
  const { method, path, authorization = `Bearer ${server.token}` } = message;
  const body = message.text ?? (message.body === undefined ? undefined : JSON.stringify(message.body));
  const transport = server.fetch ?? fetch;
  const response = await transport(`${server.baseUrl.replace(/\/+$/, "")}/builder/templates${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...(authorization !== null && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body }),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const to = `${method} /builder/templates${path.length > 80 ? `${path.slice(0, 80)}…` : path}`;
  return { to, status: response.status, body: parsed(await response.text()) };
};

/** The builder API's operations, by the names that tests use. */
export const callerOf = (server: BuilderServer) => {
  const post = (path: string) => (id: string, body: unknown) =>
    send(server, { method: "POST", path: `/${id}${path}`, body });
  return {
    send: (message: Message) => send(server, message),
    list: () => send(server, { method: "GET", path: "" }),
    create: (body: unknown) => send(server, { method: "POST", path: "", body }),
    update: (id: string, body: unknown) => send(server, { method: "PUT", path: `/${id}`, body }),
    deploy: post("/deploy"),
    history: (id: string) => send(server, { method: "GET", path: `/${id}/history` }),
    compile: post("/compile"),
    run: post("/run"),
  };
};
