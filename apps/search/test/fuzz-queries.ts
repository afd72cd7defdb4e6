import fc from "fast-check";
import { agentDocument, indexed, templateDocument } from "./indexed.ts";

/** Pieces that mean something to somebody: the query language, PostgreSQL, SQL, LIKE, regular expressions, markup. */
const pieces = [
  ...[
    '"',
    "'",
    "''",
    '""',
    "-",
    "--",
    "+",
    ":",
    "::",
    "(",
    ")",
    "()",
    "|",
    "||",
    "&",
    "&&",
    "!",
    "!!",
    "*",
    ":*",
    "<->",
  ],
  ...["<2>", "~", "\\", "\\\\", "%", "_", "$1", "$$", "?", "@@", "@>", "{}", "{a,b}", "[a]", "^a", ".*", "(a+)+$", ";"],
  ...[
    "or",
    "OR",
    "and",
    "not",
    "or or",
    "| |",
    "- -",
    "-or",
    "to",
    "the",
    "review",
    "reveiw",
    "agent",
    "c++",
    "c#",
    ".net",
  ],
  ...["type:", "type:agent", "type:template", "tag:a,b", "tag:,", "-tag:x", "agent:acme/x", "agent:/", "agent:a/b/c"],
  ...['author:"A B', "status:disabled", "rating:>=4", "rating:<1", "rating:>=4.9999", "updated:>2026-01-01"],
  ...["updated:<0000-01-01", "updated:>9999-12-31", "updated:2026-02-30", "updated:>=2026-01-31T23:59:59.999Z"],
  ...[
    "color:red",
    "tenant:acme",
    "license:MIT,",
    "category:a.b",
    "kind:",
    'capability:"x y"',
    "a:b:c",
    "http://x.y/z?q=1",
  ],
  ...["' OR 1=1 --", "'; DROP TABLE documents; --", "1) UNION SELECT 1", "/* */", "<script>alert(1)</script>", "&amp;"],
  ...["\0", "a\0b", "\u0001", "\u00a0", "\u200b", "\ufeff", "\ufffd", "\ud800", "\udc00", "\r\n", "\t", " ", "  "],
  ...[
    "é",
    "e\u0301",
    "ß",
    "ŉ",
    "İ",
    "ﷺ",
    "ﬀ",
    "Ａ",
    "日本語",
    "한국어",
    "שלום",
    "مرحبا",
    "\u202eabc",
    "ไทย",
    "😀",
    "👩‍👩‍👧",
    "🇩🇪",
    "Å",
  ],
  ...[
    "\u0300".repeat(40),
    "x".repeat(65),
    "x".repeat(200),
    "9".repeat(40),
    "a-".repeat(60),
    "a ".repeat(60),
    '"a" '.repeat(30),
  ],
];

const mixed = fc.array(fc.constantFrom(...pieces, " ", " "), { maxLength: 24 }).map((parts) => parts.join(""));
const spaced = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(" "));
const long = fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 50, max: 1_500 }));

/** Anything that may be typed, pasted or sent by a machine. */
const typed = fc.oneof(
  { weight: 4, arbitrary: mixed },
  { weight: 4, arbitrary: spaced },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 200 }) },
  { weight: 1, arbitrary: long.map(([piece, times]) => piece.repeat(times).slice(0, 6_000)) },
);

/** Half of a pair of UTF-16, as software sends it that does not know better (CESU-8). */
const lone = (unit: string): string => {
  const code = unit.charCodeAt(0);
  const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return bytes.map((byte) => `%${byte.toString(16)}`).join("");
};

const encoded = (text: string): string =>
  [...text].map((character) => (character.isWellFormed() ? encodeURIComponent(character) : lone(character))).join("");

const raw = fc.array(
  fc.constantFrom("%", "%zz", "%f", "%ff", "%C0%80", "%ED%A0%80", "+", "%2B", "a", "%25", "%u0041"),
  {
    maxLength: 12,
  },
);

/** So many different queries, ready to stand behind `q=`; the same for the same seed. */
const fuzzQueries = (count: number, seed: number): string[] => {
  const query = fc.oneof(
    { weight: 9, arbitrary: typed.map(encoded) },
    { weight: 1, arbitrary: raw.map((parts) => parts.join("")) },
  );
  return [...new Set(fc.sample(query, { numRuns: 2 * count, seed }))].slice(0, count);
};

/** What else may be asked for with a query, in turn. */
const besides = [
  "",
  "&facets=type,category,tag,capability,author,license,status,rating,success",
  "&explain=true",
  "&sort=name",
  "&sort=recent&limit=1",
  "&sort=rating&type=template",
  "&sort=popular&minRating=2",
  "&tag=a&explain=true&facets=tag",
];

const words = ["review", "agent", "c++", "日本語", "the", "a", "slack", "email", "שלום", "😀 smile"];
const documents = words.flatMap((word, n) => [
  agentDocument({ id: `agent-${n}`, name: word, description: `What ${word} does`, tags: ["a"], author: "A B" }),
  templateDocument({ id: `template-${n}`, name: `${word} flow`, body: words.join(" "), license: "MIT" }),
]);

/** What became of all questions. */
export interface FuzzAnswers {
  readonly asked: number;
  /** Everything that was not answered with 200. */
  readonly refusals: readonly { readonly address: string; readonly status: number; readonly body: string }[];
  readonly slowestMs: number;
}

/** Asks so many queries, each as a search and as what is typed so far, four at a time. */
export const fuzzAnswers = async (count: number): Promise<FuzzAnswers> => {
  const { fetch } = await indexed(documents);
  const refusals: FuzzAnswers["refusals"][number][] = [];
  const addresses = fuzzQueries(count, 20_241_004).flatMap((query, n) => [
    `/api/search?q=${query}${besides[n % besides.length]}`,
    `/api/search/suggest?q=${query}`,
  ]);
  const next = addresses.values();
  let slowestMs = 0;
  const askOn = async (): Promise<void> => {
    for (const address of next) {
      const askedAt = performance.now();
      const answered = await fetch(`http://search.test${address}`);
      const body = await answered.text();
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      if (answered.status !== 200) refusals.push({ address, status: answered.status, body });
    }
  };
  await Promise.all([askOn(), askOn(), askOn(), askOn()]);
  return { asked: addresses.length, refusals, slowestMs };
};
