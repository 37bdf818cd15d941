/**
 * The query language of the Web SDK, written safely: clauses go in as data, one percent-encoded `q` comes out.
 *
 * Rules followed (Genetec, Web SDK, entity operations): clauses are separated by commas; a backslash stands before a comma
 * and before a value that looks like a call; `#` cannot be sent at all; `+` must arrive as `%2B`. Only names from our own tables are
 * written as names, so a text of a person can never become a clause.
 */
import { CodedError, invariant } from '../../core/errors.ts';
import { finishedGuid } from './reply.ts';

/** A value in a clause. `text` is free and gets escaped; the others are checked against their alphabet. */
export type QueryValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly string[] };

/** One clause: which entity is meant, what is read, what is set, which member joins or leaves a collection. */
export type Clause =
  | { readonly op: 'entity'; readonly id: string }
  | { readonly op: 'new'; readonly entityType: string }
  | { readonly op: 'get'; readonly property: string }
  | { readonly op: 'set'; readonly property: string; readonly value: QueryValue }
  | { readonly op: 'add' | 'remove'; readonly property: string; readonly value: QueryValue };

export const text = (value: string): QueryValue => ({ kind: 'text', text: value });
export const word = (value: string): QueryValue => ({ kind: 'word', word: value });
export const idValue = (id: string): QueryValue => ({ kind: 'id', id });
export const call = (name: string, args: readonly string[]): QueryValue => ({ kind: 'call', name, args });

/**
 * The clauses as the value of `q`, percent-encoded for a request line.
 * @throws CodedError `SW_REFUSED` when a text holds what the query language cannot carry (`#`, half a surrogate pair, a
 * control character). The mapping's normaliser removes all of them, so this is the second line, not the first.
 */
export function buildQuery(clauses: readonly Clause[]): string {
  return clauses.map(writeClause).join(',');
}

/**
 * Percent-encodes what is not our own spelling. Comma, equals and at-sign are legal in a query string; they are left as
 * they are, as between clauses, where a batch of reads is half as long for it.
 */
function encode(value: string): string {
  const encoded = encodeURIComponent(value);
  if (!encoded.includes('%')) return encoded;
  return encoded.replaceAll('%2C', ',').replaceAll('%3D', '=').replaceAll('%40', '@');
}

function writeClause(clause: Clause): string {
  switch (clause.op) {
    case 'entity':
      return `entity=${plainId(clause.id)}`;
    case 'new':
      return `entity=NewEntity(${checkedWord(clause.entityType)})`;
    case 'get':
      return checkedWord(clause.property);
    case 'set':
      return `${checkedWord(clause.property)}=${writeValue(clause.value)}`;
    case 'add':
      return `${checkedWord(clause.property)}@${writeValue(clause.value)}`;
    case 'remove':
      return `${checkedWord(clause.property)}-${writeValue(clause.value)}`;
  }
}

function writeValue(value: QueryValue): string {
  switch (value.kind) {
    case 'text':
      return encode(escapeText(value.text));
    case 'id':
      return plainId(value.id);
    case 'word':
      return checkedWord(value.word);
    case 'number':
      return String(value.number);
    case 'call':
      return `${checkedWord(value.name)}(${value.args.map((argument) => encode(checkedArgument(argument))).join(',')})`;
  }
}

/**
 * A free text as it stands in a query, before percent-encoding.
 *
 * As few backslashes as the documented rules need: one that the server did not take off again would end up in the data,
 * so an `@` inside an e-mail address gets none. Backslash and comma always get one. A value that could be read as a call
 * or that begins like an operator gets one in front. Brackets that do not pair get one each: a reader that counts them
 * would take the clauses after them for their content.
 */
export function escapeText(value: string): string {
  if (plainText.test(value)) return value;
  if (/[#\p{Cc}\p{Cs}]/u.test(value)) {
    throw new CodedError('SW_REFUSED', {
      doing: 'writing a text into a query of Security Center',
      expected: 'a text without #, control characters and halved surrogate pairs',
      found: JSON.stringify(value.slice(0, 60)),
      todo: 'Normalise the text in the mapping (targetText)',
    });
  }
  const pairs = bracketsPair(value);
  const escaped = value.replace(pairs ? /[\\,]/g : /[\\,(){}]/g, '\\$&');
  const needsGuard = /^[@=*-]/.test(value) || (pairs && /[({]/.test(value) && !escaped.startsWith('\\'));
  return needsGuard ? `\\${escaped}` : escaped;
}

/** A text that no rule is about, as most are. */
const plainText = /^[A-Za-z0-9][A-Za-z0-9 .:;_@+'-]*$/;

function bracketsPair(value: string): boolean {
  let depth = 0;
  for (const character of value) {
    if (character === '(' || character === '{') depth += 1;
    if (character === ')' || character === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function checkedWord(name: string): string {
  invariant(/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name), `a name of the query language is a plain word, not ${name}`);
  return name;
}

function checkedArgument(argument: string): string {
  invariant(/^[A-Za-z0-9_.:-]*$/.test(argument), `an argument of a call is plain, not ${argument}`);
  return argument;
}

/**
 * An id as it travels, without dashes: older versions of the Web SDK read a dash as the operator that removes.
 * @throws CodedError `SW_REFUSED` for what is not a GUID.
 */
export function plainId(id: string): string {
  if (finishedGuid.test(id))
    return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  const digits = id.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits)) return digits;
  throw new CodedError('SW_REFUSED', {
    doing: 'naming an entity of Security Center',
    expected: 'a GUID',
    found: JSON.stringify(id.slice(0, 60)),
    todo: 'Repair the entity index: only ids that Security Center has given may stand in it',
  });
}
