/** The services, by the names under which single replicas are told. */
export const services = ["registry", "marketplace", "search"] as const;
export type ServiceName = (typeof services)[number];

/** Addresses of the single replicas of each service, past whatever stands before them. */
export type Replicas = Readonly<Record<ServiceName, readonly [string, string, ...string[]]>>;

/** An installation to test. */
export interface Target {
  /** Where all of the API is found. */
  readonly origin: string;
  /** The operator's token: makes the tenants that the suite works in. */
  readonly operatorToken: string;
  /** Whether a proxy stands before it that compresses and keeps to itself what is not for the public. */
  readonly isEdge: boolean;
  /** Where there are several replicas. */
  readonly replicas?: Replicas;
}

const addressOf = (text: string, name: string): string => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`${name}: "${text}" is no http or https address.`);
  return url.href.replace(/\/+$/, "");
};

const replicasOf = (text: string): Replicas => {
  const byName = new Map(
    text.split(";").map((part): [string, string[]] => {
      const [name = "", addresses = ""] = part.trim().split(/=(.*)/s);
      const found = addresses.split(",").filter(Boolean);
      return [name, found.map((address) => addressOf(address.trim(), `NOFX_ORIGINS, ${name}`))];
    }),
  );
  const addressesOf = (name: ServiceName): Replicas[ServiceName] => {
    const [first, second, ...more] = byName.get(name) ?? [];
    if (first !== undefined && second !== undefined) return [first, second, ...more];
    throw new Error(
      `NOFX_ORIGINS names fewer than two replicas of ${name}; it is written registry=http://…,http://…;marketplace=…;search=….`,
    );
  };
  return {
    registry: addressesOf("registry"),
    marketplace: addressesOf("marketplace"),
    search: addressesOf("search"),
  };
};

/** Reads what to test from the environment. @throws Error that says what to set */
export const readTarget = (env: Readonly<Record<string, string | undefined>>): Target => {
  const missing = ["NOFX_ORIGIN", "NOFX_OPERATOR_TOKEN"].filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`Set ${missing.join(" and ")}.`);
  return {
    origin: addressOf(env.NOFX_ORIGIN ?? "", "NOFX_ORIGIN"),
    operatorToken: env.NOFX_OPERATOR_TOKEN ?? "",
    isEdge: env.NOFX_EDGE === "1",
    ...(env.NOFX_ORIGINS && { replicas: replicasOf(env.NOFX_ORIGINS) }),
  };
};

/** The other way round: what tells a process of the suite what to test. */
export const targetEnv = ({ origin, operatorToken, isEdge, replicas }: Target): Record<string, string> => ({
  NOFX_ORIGIN: origin,
  NOFX_OPERATOR_TOKEN: operatorToken,
  NOFX_EDGE: isEdge ? "1" : "0",
  ...(replicas && { NOFX_ORIGINS: services.map((name) => `${name}=${replicas[name].join(",")}`).join(";") }),
});
