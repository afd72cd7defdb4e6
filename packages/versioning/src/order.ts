import type { VersionStatus, Visibility } from "@nofx/contract-kit";
import {
  archiveObstacle,
  judgeResourceStatus,
  judgeVersionStatus,
  type ResourceStatus,
  type StatusOrder,
  type StatusStanding,
  type StatusVerdict,
  type VersionHolders,
} from "./status.ts";
import { resourceSuccessorObstacle, type Succession, versionSuccessorObstacle } from "./successor.ts";

/** Why an order to change a status is refused. */
export interface OrderRefusal<Code extends string> {
  readonly outcome: "refused";
  readonly code: Code;
  readonly detail: string;
}

const refused = <Code extends string>(code: Code, detail: string): OrderRefusal<Code> => ({
  outcome: "refused",
  code,
  detail,
});

/** What is known of the successor that an order names. */
export interface KnownSuccessor<Address> {
  readonly found: Succession["found"];
  /** Where its own successors lead. */
  readonly beyond: readonly Address[];
}

/** An order to change the status of a resource, and what it has to fit in with. */
export interface ResourceCase<Address> {
  /** What such resources are called: `agent`. */
  readonly kind: string;
  /** A resource with its tenant: `acme/review`. */
  readonly nameOf: (address: Address) => string;
  readonly resource: Address & StatusStanding<ResourceStatus, Address> & { readonly visibility: Visibility };
  readonly order: StatusOrder<ResourceStatus, Address>;
  /** Undefined if the order names none. */
  readonly successor: KnownSuccessor<Address> | undefined;
  readonly at: Date;
}

/** Judges an order to change a resource's status, with the successor that it names. */
export const judgeResourceOrder = <Address>(
  given: ResourceCase<Address>,
): StatusVerdict<ResourceStatus, Address> | OrderRefusal<"successor_refused"> => {
  const { kind, nameOf, resource, order, successor, at } = given;
  const nameIn = (address: Address | undefined) => address && nameOf(address);
  const verdict = judgeResourceStatus(resource, order, at, (one, other) => nameIn(one) === nameIn(other));
  if (verdict.outcome === "unchanged" || !order.successor) return verdict;
  const obstacle = resourceSuccessorObstacle({
    kind,
    resource: { name: nameOf(resource), visibility: resource.visibility },
    successor: nameOf(order.successor),
    found: successor?.found,
    beyond: (successor?.beyond ?? []).map(nameOf),
  });
  return obstacle === undefined ? verdict : refused("successor_refused", obstacle);
};

/** What an order to change a version's status has to fit in with. */
export interface VersionSurroundings extends VersionHolders {
  /** The version that the order names as successor, as it was found. */
  readonly found: { readonly version: string; readonly status: VersionStatus } | undefined;
}

export type VersionOrderVerdict =
  | StatusVerdict<VersionStatus, string>
  | OrderRefusal<"status_transition_refused" | "version_in_use" | "successor_refused">;

/** Judges an order to change a version's status; refuses what would leave anything pointing at a version out of use. */
export const judgeVersionOrder = (
  before: StatusStanding<VersionStatus, string> & { readonly version: string },
  order: StatusOrder<VersionStatus, string>,
  at: Date,
  around: VersionSurroundings,
): VersionOrderVerdict => {
  const verdict = judgeVersionStatus(before, order, at);
  if (verdict.outcome === "refused") return refused("status_transition_refused", verdict.detail);
  if (verdict.outcome === "unchanged") return verdict;
  const { version } = before;
  const held = order.status === "archived" ? archiveObstacle(version, around) : undefined;
  if (held !== undefined) return refused("version_in_use", held);
  if (order.successor === undefined) return verdict;
  const obstacle = versionSuccessorObstacle(version, order.successor, around.found, around.successors);
  return obstacle === undefined ? verdict : refused("successor_refused", obstacle);
};
