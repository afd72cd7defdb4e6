/** Told with a version that is deprecated, or whose resource is. */
export interface Deprecation<Kind extends string, Address> {
  readonly of: Kind | "version";
  readonly since: string;
  readonly reason: string;
  readonly successor?: Address & { readonly version?: string; readonly url: string };
}

/** What a resource or version says of its deprecation. */
export interface Deprecable<Successor> {
  readonly deprecatedAt?: string | undefined;
  readonly statusReason?: string | undefined;
  readonly successor?: Successor | undefined;
}

/** How the resources of a kind are called and addressed. */
export interface Addressing<Kind extends string, Address> {
  readonly kind: Kind;
  /** Address of a resource, or of a version of it, for whoever may read it. */
  readonly urlOf: (address: Address, version?: string) => string;
}

/**
 * Makes what tells all that an orchestrator must know before it relies on a resource of a kind, or on one version of it.
 * The version's word comes first.
 */
export const deprecationBy =
  <Kind extends string, Address extends object>({ kind, urlOf }: Addressing<Kind, Address>) =>
  (
    address: Address,
    resource: Deprecable<Address>,
    version?: Deprecable<string>,
  ): Deprecation<Kind, Address> | undefined => {
    if (version?.deprecatedAt !== undefined) {
      const { successor } = version;
      const next = successor !== undefined && { ...address, version: successor, url: urlOf(address, successor) };
      return {
        of: "version",
        since: version.deprecatedAt,
        reason: version.statusReason ?? "",
        ...(next && { successor: next }),
      };
    }
    if (resource.deprecatedAt === undefined) return undefined;
    const { successor } = resource;
    return {
      of: kind,
      since: resource.deprecatedAt,
      reason: resource.statusReason ?? "",
      ...(successor && { successor: { ...successor, url: urlOf(successor) } }),
    };
  };
