import { defineErrors } from "@nofx/contract-kit";

const nothing = "Nothing was imported.";

/** Why a bundle is refused as a whole. `entry` names the entry that it is about. */
export const bundleErrors = defineErrors({
  bundle_malformed: {
    status: 422,
    title: "The body is not an archive",
    description: `The body cannot be unpacked: it is of another form than its media type says, or damaged. ${nothing}`,
  },
  bundle_truncated: {
    status: 422,
    title: "The archive ends too early",
    description: `The archive breaks off, or lacks entries that its index lists; \`entry\` is the first of them. ${nothing}`,
  },
  bundle_unsupported: {
    status: 422,
    title: "The bundle is of a format that this service does not read",
    description: `The bundle was written by a newer service. ${nothing}`,
  },
  bundle_index_invalid: {
    status: 422,
    title: "The index of the bundle is not valid",
    description: `The first entry must be \`bundle.json\`, and must list exactly the entries that its templates have. ${nothing}`,
  },
  bundle_entry_not_file: {
    status: 422,
    title: "An entry is not a file",
    description: `A bundle holds files only: no links, devices, pipes or directories. ${nothing}`,
  },
  bundle_path_unsafe: {
    status: 422,
    title: "The name of an entry is not safe",
    description: `Names are relative paths of lower-case letters, digits and \`. _ + - !\`, without \`..\`, at most 512 characters. ${nothing}`,
  },
  bundle_entry_duplicate: {
    status: 422,
    title: "Two entries stand for the same file",
    description: `The same name comes twice, or one that differs only in case or in the form of Unicode. ${nothing}`,
  },
  bundle_entry_unlisted: {
    status: 422,
    title: "The archive holds an entry that its index does not list there",
    description: `The entries of a bundle are exactly those of its index, in the same order. ${nothing}`,
  },
  bundle_digest_wrong: {
    status: 422,
    title: "An entry is not what the index says",
    description: `The size or the SHA-256 of the entry differs from that in the index. ${nothing}`,
  },
  bundle_content_invalid: {
    status: 422,
    title: "An entry cannot be read",
    description: `A document, a lock or a history is not of the form that bundles have, or is that of another version; \`detail\` says what is wrong. ${nothing}`,
  },
  bundle_too_many_entries: {
    status: 422,
    title: "The bundle has too many entries",
    description:
      "A bundle holds at most 2,000 templates and 20,000 entries. Export in parts, by `id`, `kind`, `category` or `tag`.",
  },
  bundle_too_large: {
    status: 422,
    title: "The bundle is too large",
    description:
      "Unpacked, a bundle has at most 256 MiB, a file in it 256 KiB, a lock 2 MiB, another entry 32 MiB; all its locks together 32 MiB, and the files of all its versions, shared or not, 1 GiB. Export in parts, by `id`, `kind`, `category` or `tag`.",
  },
  bundle_bomb: {
    status: 422,
    title: "The archive grows too much when it is unpacked",
    description: `More than 200 bytes came out for each that went in. An honest archive of that kind can be sent unpacked, as application/x-tar. ${nothing}`,
  },
  import_incomplete: {
    status: 409,
    title: "Not everything could be imported",
    description:
      "With `atomic=true` all is imported or nothing, and some versions or locks are in conflict or not valid; `errors` lists them. Nothing was imported.",
  },
});
