/** Largest body in bytes, where an operation has none of its own: a megabyte of files, grown by a third through base64, and the manifest around them. */
export const bodyBytesMax = 1.5 * 1024 * 1024;
