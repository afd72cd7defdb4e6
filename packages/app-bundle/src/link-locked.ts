import { globSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Gives a bundle the packages that it depends on, in the versions that it names, as links to where the repository has them
 * installed: to run it without installing anything. @throws if one is not installed
 */
export const linkLocked = async (root: string, directory: string): Promise<void> => {
  const { dependencies } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    const store = `node_modules/.pnpm/${name.replace("/", "+")}@${version}`;
    const [installed] = globSync([`${store}/node_modules/${name}`, `${store}[_(]*/node_modules/${name}`], {
      cwd: root,
    });
    if (installed === undefined) throw new Error(`${name}@${version} is not installed`);
    const link = join(directory, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, installed), link);
  }
};
