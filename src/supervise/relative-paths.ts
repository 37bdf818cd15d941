/** Paths in a configuration are relative to the file that they stand in, wherever the program was started. */
import { resolve } from 'node:path';

/** `caFile`, `secretFile` and the like; the names of headers and of environment variables are written otherwise. */
const namesFile = /^[a-z][A-Za-z]*File$/;

/** The same value with every path under such a key made absolute. */
export function withAbsolutePaths<T>(value: T, directory: string): T {
  return absolute(value, directory) as T; // the same shape: only texts have changed
}

function absolute(value: unknown, directory: string): unknown {
  if (Array.isArray(value)) return value.map((member) => absolute(member, directory));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    typeof member === 'string' && namesFile.test(key) ? resolve(directory, member) : absolute(member, directory),
  ]);
  return Object.fromEntries(members);
}
