import { prefixes, type ServiceName } from "../src/routes.ts";

/** What the edge does with addresses that fit one of these patterns. */
export interface EdgeRoute {
  /** Of Caddy: `*` at the end stands for anything. */
  readonly patterns: readonly string[];
  readonly service: ServiceName;
  /** Larger bodies are refused. */
  readonly bodyBytesMax: number;
}

const mebibyte = 1024 * 1024;
const names = Object.keys(prefixes) as ServiceName[];

/** What stands between the braces that open at the end of this line. */
const blockAfter = (text: string, line: string): string => {
  const start = text.indexOf(line) + line.length;
  const indent = /\n(\t*)[^\n]*$/.exec(text.slice(0, start))?.[1] ?? "";
  return text.slice(start, text.indexOf(`\n${indent}}`, start));
};

/** The routes of a Caddyfile in the order in which Caddy tries them. */
export const edgeRoutes = (caddyfile: string): EdgeRoute[] =>
  [...caddyfile.matchAll(/^\thandle (?:@(\w+) )?\{$/gm)].flatMap(([line, matcher]) => {
    const block = blockAfter(caddyfile, line);
    const upstream = /reverse_proxy \{\$NOFX_(\w+)_UPSTREAMS:(\w+):\d+\}/.exec(block);
    const service = names.find((name) => upstream?.[1] === name.toUpperCase() && upstream[2] === name);
    if (!service) return [];
    const declared = new RegExp(`^\\t@${matcher} path (.+)$`, "m").exec(caddyfile)?.[1];
    const patterns = matcher === undefined ? ["/*"] : (declared?.split(" ") ?? []);
    return [{ patterns, service, bodyBytesMax: Number(/max_size (\d+)MiB/.exec(block)?.[1]) * mebibyte }];
  });
