/** What of a value may be shown: bounded in depth, length and number, and without secrets. */

/** Longest text; a proof or report is longer, and stands in the integration itself. */
const textCharsMax = 600;
const depthMax = 8;
const itemsMax = 20;
const membersMax = 60;
/** Most values within one shown value. */
const valuesMax = 400;

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
  return disclose(value, 0, { left: valuesMax });
}

/** The members of an object as they may be shown. */
export function shownMembers(members: object): { [name: string]: unknown } {
  return disclose(members, 0, { left: valuesMax }) as { [name: string]: unknown }; // an object stays one
}

/** A changed value under its path: a secret is known by the names on the way to it. */
export function shownAt(path: string, value: unknown): unknown {
  return value !== null && path.split('.').some((name) => secretName.test(name)) ? removed : shown(value);
}

interface Budget {
  left: number;
}

function disclose(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'string') return shownText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (depth >= depthMax || budget.left <= 0) return `(${value.length} items)`;
    const kept = value.slice(0, itemsMax).map((item) => spend(item, depth, budget));
    return value.length > itemsMax ? [...kept, `(${value.length - itemsMax} more)`] : kept;
  }
  const members = Object.entries(value);
  if (depth > 0 && (depth >= depthMax || budget.left <= 0)) return `(${members.length} members)`;
  const kept = members
    .slice(0, membersMax)
    .map(([name, member]) => [name, secretName.test(name) && member !== null ? removed : spend(member, depth, budget)]);
  const more = members.length > membersMax ? { '…': `(${members.length - membersMax} more)` } : {};
  return { ...Object.fromEntries(kept), ...more };
}

function spend(value: unknown, depth: number, budget: Budget): unknown {
  budget.left -= 1;
  return disclose(value, depth + 1, budget);
}
