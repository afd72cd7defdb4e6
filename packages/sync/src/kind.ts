import type { CallOptions } from "@nofx/client";
import type { Finding, ManifestFile, SemverPolicy, VersionChange, Visibility } from "@nofx/contract-kit";
import type { Judged } from "@nofx/document";
import type { SemverVerdict } from "@nofx/versioning";
import type { Answer } from "./service.ts";

/** What manifests of every kind have. */
export interface AnyManifest {
  readonly version: string;
  readonly files?: readonly ManifestFile[] | undefined;
}

/** How versions of a kind lie in a directory: `<id>/<manifestFile>`, earlier ones in `<id>/versions/<semver>/`. */
export interface Layout<Manifest extends AnyManifest> {
  readonly noun: "agent" | "template";
  /** The manifest's member that says what the directory is called. */
  readonly idField: string;
  readonly manifestFile: string;
  /** Judges a manifest's text with the files that lie beside it. */
  readonly validate: (text: string, files: ReadonlyMap<string, Uint8Array>) => Judged<Manifest>;
  /** A file beside the manifest that becomes a part of it, and which findings are about that part. */
  readonly absorbed?: { readonly file: string; readonly isAbout: (finding: Finding) => boolean };
  /**
   * The file that a manifest names and that may lie in the `versions` of the newest, such as `versions/1.0.0.json`; it is
   * published with that version alone. A kind without it has nothing there but directories of earlier versions.
   */
  readonly sharedFile?: (content: unknown) => string | undefined;
}

/** What is published under an id. */
export interface Found {
  readonly tenant: string;
  readonly visibility: Visibility;
  readonly status: string;
}

/** What publishing a version did, or would do. */
export interface Published {
  readonly tenant: string;
  readonly digest: string;
  readonly outcome: "created" | "identical";
  readonly warnings: readonly Finding[];
  /** Where the tenant judges version numbers. */
  readonly change?: VersionChange | undefined;
}

export interface PublishOrder {
  readonly dryRun?: "true";
  readonly visibility?: Visibility;
  /** Only where the service has it. */
  readonly force?: "true";
}

/** How a service judges version numbers, for versions that follow others which it does not have yet. */
export interface Semver<Manifest> {
  readonly policy: (options?: CallOptions) => Promise<Answer<SemverPolicy>>;
  readonly compare: (previous: Manifest, manifest: Manifest) => SemverVerdict;
  /** Title of the refusal. */
  readonly refusal: string;
}

/** What taking away takes: which ids a tenant has that a directory may own, page by page, and how one is disabled. */
export interface Pruning {
  readonly list: (
    query: { readonly tenant: string; readonly limit: number; readonly cursor?: string },
    options?: CallOptions,
  ) => Promise<Answer<{ readonly ids: readonly string[]; readonly nextCursor?: string | undefined }>>;
  readonly disable: (id: string, reason: string, options?: CallOptions) => Promise<Answer<unknown>>;
}

/** A kind of published, versioned directories, and the service that they are published to. */
export interface Kind<Manifest extends AnyManifest> extends Layout<Manifest> {
  /** The service, as people call it. */
  readonly service: string;
  readonly find: (id: string, options?: CallOptions) => Promise<Answer<Found>>;
  readonly publish: (manifest: Manifest, order: PublishOrder, options?: CallOptions) => Promise<Answer<Published>>;
  readonly semver: Semver<Manifest>;
  readonly pruning: Pruning;
}
