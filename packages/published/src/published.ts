import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Root of the repository. */
export const root = join(import.meta.dirname, "../../..");

/** What a package says of itself. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly [member: string]: unknown;
}

/** A package that anyone may install: a library, which others import, or a program, which is published as its bundle. */
export interface PublishedPackage {
  readonly name: string;
  readonly directory: string;
  readonly packageJson: PackageJson;
}

export const readPackageJson = (directory: string): PackageJson =>
  JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as PackageJson;

const publishedIn = (directories: string): PublishedPackage[] =>
  globSync(`${directories}/*/package.json`, { cwd: root })
    .map((path) => dirname(join(root, path)))
    .map((directory) => ({ directory, packageJson: readPackageJson(directory) }))
    .filter(({ packageJson }) => !packageJson.private)
    .map(({ directory, packageJson }) => ({ name: packageJson.name, directory, packageJson }))
    .toSorted((one, other) => one.name.localeCompare(other.name));

/** Every library of the repository that is not private, by name. */
export const publishedPackages = (): PublishedPackage[] => publishedIn("packages");

/** Every program of the repository that is not private, by name. */
export const publishedPrograms = (): PublishedPackage[] => publishedIn("apps");

/** What is published as its bundle. */
export const isProgram = ({ packageJson }: PublishedPackage): boolean => "bundle" in packageJson;
