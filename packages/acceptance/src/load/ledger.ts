/** A version whose publishing was confirmed. */
export interface Confirmed {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  /** The change that the feed must tell. */
  readonly change: string;
}

/** What was confirmed while services went away and came back. */
export interface Ledger {
  readonly agents: readonly Confirmed[];
  readonly templates: readonly Confirmed[];
  /** Runs whose report was confirmed, and all that were sent: of what was not confirmed, nobody knows. */
  readonly runsConfirmed: number;
  readonly runsSent: number;
  /** What readers saw that must never be seen. */
  readonly misread: readonly string[];
}

/** What is there afterwards. */
export interface Found {
  /** `id@version` → digest of what is downloaded. */
  readonly agents: ReadonlyMap<string, string>;
  readonly templates: ReadonlyMap<string, string>;
  readonly runsCounted: number;
  /** Ids of changes as the feeds told them to who followed through all of it. */
  readonly heard: readonly string[];
  /** The same, read again from the start. */
  readonly replayed: readonly string[];
}

/** How a version is named in what was found. */
export const nameOf = ({ id, version }: Pick<Confirmed, "id" | "version">): string => `${id}@${version}`;

const versionFaults = (kind: string, confirmed: readonly Confirmed[], found: ReadonlyMap<string, string>): string[] =>
  confirmed.flatMap((one) => {
    const digest = found.get(nameOf(one));
    if (digest === one.digest) return [];
    return [`${kind} ${nameOf(one)} was confirmed with ${one.digest} and is ${digest ?? "not there"}`];
  });

const feedFaults = (how: string, confirmed: readonly Confirmed[], heard: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const id of heard) counts.set(id, (counts.get(id) ?? 0) + 1);
  return confirmed.flatMap((one) => {
    const count = counts.get(one.change) ?? 0;
    return count === 1 ? [] : [`${how}, the change of ${nameOf(one)} came ${count} times`];
  });
};

/** Everything that was confirmed and is not so. */
export const faultsOf = (ledger: Ledger, found: Found): string[] => {
  const { agents, templates, runsConfirmed, runsSent, misread } = ledger;
  const isCounted = found.runsCounted >= runsConfirmed && found.runsCounted <= runsSent;
  return [
    ...misread,
    ...versionFaults("agent", agents, found.agents),
    ...versionFaults("template", templates, found.templates),
    ...feedFaults("followed", [...agents, ...templates], found.heard),
    ...feedFaults("read again", [...agents, ...templates], found.replayed),
    ...(isCounted
      ? []
      : [`${runsConfirmed} runs were confirmed of ${runsSent} that were sent, and ${found.runsCounted} are counted`]),
  ];
};
