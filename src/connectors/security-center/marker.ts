/**
 * The marker by which an entity of the target is known to be ours: `syncwarden:<owner>:<type>:<key>;` in its
 * Description, written by the same request that creates the entity.
 *
 * The closing `;` is not decoration: searches of Security Center match beginnings, and without an end the marker of
 * key 1 would also find 10, 11 and every other key that begins with 1.
 */
import { CodedError } from '../../core/errors.ts';
import { encodeKey, textLengthMax } from './vocabulary.ts';

const product = 'syncwarden';

/** What the markers of all entities of a type begin with. */
export function markerPrefix(owner: string, type: string): string {
  return `${product}:${owner}:${type}:`;
}

/**
 * The marker of one entity.
 * @throws CodedError `SW_REFUSED` when it is longer than a Description can hold: a cut marker could not be read back.
 */
export function markerOf(owner: string, type: string, key: string): string {
  const marker = `${markerPrefix(owner, type)}${encodeKey(key)};`;
  if (marker.length <= textLengthMax) return marker;
  throw new CodedError('SW_REFUSED', {
    doing: `marking the ${type} ${key.slice(0, 40)}`,
    expected: `a marker of at most ${textLengthMax} characters`,
    found: `${marker.length} characters`,
    todo: 'Use a shorter integration id, or shorten the key in the mapping (boundedKey)',
  });
}

/** The key in a Description, or null when it is not the marker of this owner and type. */
export function keyOf(owner: string, type: string, description: unknown): string | null {
  const prefix = markerPrefix(owner, type);
  if (typeof description !== 'string' || !description.startsWith(prefix) || !description.endsWith(';')) return null;
  const encoded = description.slice(prefix.length, -1);
  const key = decodeKey(encoded);
  // Only the one spelling that we write counts: two spellings of one key would be two entities under one name.
  return key !== null && encodeKey(key) === encoded ? key : null;
}

function decodeKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null; // a damaged escape: not a marker of ours
  }
}
