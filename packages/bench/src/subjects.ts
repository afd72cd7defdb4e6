import type { BareRoute } from "./bare.ts";

/** One kind of request that is measured. */
export interface Subject {
  readonly name: string;
  readonly route: string;
  /** Least ratio of the service's rate to the bare server's. */
  readonly goal: number;
  /** Asked for in turn, so that not one cache entry is measured. */
  readonly addresses: readonly string[];
}

/** A place to ask, with what every request carries. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const pageSize = 20;

const get = async ({ url, headers }: Target, address: string): Promise<Response> => {
  const response = await fetch(url + address, { headers });
  if (!response.ok) throw new Error(`${address} answers ${response.status}: ${await response.text()}`);
  return response;
};

/** Addresses of all pages of the list of agents. */
const pagesOf = async (service: Target): Promise<string[]> => {
  const pages: string[] = [];
  for (let address: string | undefined = `/api/agents?limit=${pageSize}`; address; ) {
    pages.push(address);
    const { nextCursor } = (await (await get(service, address)).json()) as { nextCursor?: string };
    address = nextCursor && `/api/agents?limit=${pageSize}&cursor=${nextCursor}`;
  }
  return pages;
};

/** What is measured, on a registry that holds these agents. */
export const subjectsOf = async (
  service: Target,
  ids: readonly string[],
  versions: readonly string[],
): Promise<Subject[]> => [
  {
    name: "one version",
    route: "/api/agents/:id/versions/:version",
    goal: 0.6,
    addresses: ids.flatMap((id) => versions.map((version) => `/api/agents/${id}/versions/${version}`)),
  },
  { name: "one agent", route: "/api/agents/:id", goal: 0.4, addresses: ids.map((id) => `/api/agents/${id}`) },
  { name: `page of ${pageSize} agents`, route: "/api/agents", goal: 0.4, addresses: await pagesOf(service) },
];

/** What the service answers now, for the bare server to repeat. */
export const recordAnswers = async (service: Target, subject: Subject): Promise<BareRoute> => {
  const bodies = new Map<string, Buffer>();
  let contentType = "";
  for (const address of subject.addresses) {
    const response = await get(service, address);
    contentType = response.headers.get("content-type") ?? "";
    bodies.set(address, Buffer.from(await response.arrayBuffer()));
  }
  return { route: subject.route, contentType, bodies };
};
