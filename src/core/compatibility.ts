/** Whether the versions of source and target go together: the configured matrix, read with semantic version ranges. */
import semver from 'semver';

/** A pair of version ranges that go together, for example `{ source: '>=2.70 <2.90', target: '>=5.10' }`. */
export interface CompatiblePair {
  readonly source: string;
  readonly target: string;
}

export interface Versions {
  /** As the systems state them; null where they state none. */
  readonly source: string | null;
  readonly target: string | null;
}

/**
 * A sentence when the versions do not go together, null when they do or when nothing speaks against it: an empty
 * matrix checks nothing, and a version that is not stated cannot contradict.
 */
export function incompatibility(matrix: readonly CompatiblePair[], versions: Versions): string | null {
  if (matrix.length === 0) return null;
  if (matrix.some((pair) => fits(versions.source, pair.source) && fits(versions.target, pair.target))) return null;
  const known = matrix.map(({ source, target }) => `source ${source} with target ${target}`).join(', or ');
  return `Source ${versions.source ?? 'of unknown version'} and target ${versions.target ?? 'of unknown version'} do not go together; what goes together is ${known}.`;
}

/** Vendors write two to four numbers (2.85, 5.12.2.0); the first three are compared. */
function fits(version: string | null, range: string): boolean {
  const known = version === null ? null : semver.coerce(version);
  return known === null || semver.satisfies(known, range);
}
