/** What of a value may be shown: bounded in depth, length and number, and without secrets. */

/** Longest text; a proof or report is longer, and stands in the integration itself. */
const textCharsMax = 600;

interface Bounds {
  readonly depth: number;
  readonly items: number;
  readonly members: number;
  /** Most values within one shown value. */
  readonly values: number;
}

const onPage: Bounds = { depth: 8, items: 20, members: 60, values: 400 };
/** For what is handed on as a file: a whole policy fits. */
const inFile: Bounds = { depth: 12, items: 200, members: 200, values: 8_000 };

const removed = '(removed)';
const secretName =
  /password|passphrase|passwd|secret|^token$|(access|auth|session|refresh|bearer)-?_?token|api-?_?key|application-?_?id|authori[sz]ation|cookie|private-?_?key/i;

/** A text without passwords in addresses and without credentials of HTTP headers, cut at its longest. */
export function shownText(text: string): string {
  const clean = text
    .slice(0, 10 * textCharsMax)
    .replace(/\/\/[^/\s:@]*:[^/\s@]*@/g, '//')
    .replace(/\b(Bearer|Basic|Digest)\s+[\w.~+/=-]{8,}/g, `$1 ${removed}`);
  return clean.length <= textCharsMax ? clean : `${clean.slice(0, textCharsMax)}…`;
}

/** A value as it may be shown. What is left out is told in its place. */
export function shown(value: unknown): unknown {
  return disclose(value, 0, { ...onPage, left: onPage.values });
}

/** A value as it may be handed on in a file: without secrets, and whole unless it is absurdly large. */
export function shownWhole(value: unknown): unknown {
  return disclose(value, 0, { ...inFile, left: inFile.values });
}

/** The members of an object as they may be shown. */
export function shownMembers(members: object): { [name: string]: unknown } {
  return disclose(members, 0, { ...onPage, left: onPage.values }) as { [name: string]: unknown }; // an object stays one
}

/** A changed value under its path: a secret is known by the names on the way to it. */
export function shownAt(path: string, value: unknown): unknown {
  return value !== null && path.split('.').some((name) => secretName.test(name)) ? removed : shown(value);
}

interface Budget extends Bounds {
  left: number;
}

function disclose(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'string') return shownText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (depth >= budget.depth || budget.left <= 0) return `(${value.length} items)`;
    const kept = value.slice(0, budget.items).map((item) => spend(item, depth, budget));
    return value.length > budget.items ? [...kept, `(${value.length - budget.items} more)`] : kept;
  }
  const members = Object.entries(value);
  if (depth > 0 && (depth >= budget.depth || budget.left <= 0)) return `(${members.length} members)`;
  const kept = members
    .slice(0, budget.members)
    .map(([name, member]) => [name, secretName.test(name) && member !== null ? removed : spend(member, depth, budget)]);
  const more = members.length > budget.members ? { '…': `(${members.length - budget.members} more)` } : {};
  return { ...Object.fromEntries(kept), ...more };
}

function spend(value: unknown, depth: number, budget: Budget): unknown {
  budget.left -= 1;
  return disclose(value, depth + 1, budget);
}
