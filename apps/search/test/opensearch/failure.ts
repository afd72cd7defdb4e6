/** An error as OpenSearch answers it. */
export class Failure extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, reason: string) {
    super(reason);
    this.status = status;
    this.type = type;
  }

  toJSON(): object {
    const { type, message: reason, status } = this;
    return { error: { root_cause: [{ type, reason }], type, reason }, status };
  }
}

export const unreadable = (reason: string): Failure => new Failure(400, "parsing_exception", reason);

/** Refuses what the double does not carry out: an answer that ignored it would be a wrong one. */
export const onlyKeys = (what: string, object: object, known: readonly string[]): void => {
  const odd = Object.keys(object).find((key) => !known.includes(key));
  if (odd !== undefined) throw unreadable(`unknown key [${odd}] in [${what}]`);
};

/** The field and what is asked of it. */
export const single = (kind: string, body: object): [string, unknown] => {
  const [entry, other] = Object.entries(body);
  if (!entry || other) throw unreadable(`[${kind}] query takes one field`);
  return entry;
};
