/** The query language of `q`, as a reader: clauses separated by commas, a backslash before what is meant literally. */

/** One clause, with its escapes taken out. */
export type Clause =
  | { readonly op: 'entity'; readonly id: string }
  | { readonly op: 'new'; readonly entityType: string; readonly subType: string | null }
  | { readonly op: 'get'; readonly property: string }
  | { readonly op: 'set' | 'add' | 'remove'; readonly property: string; readonly value: Value }
  | { readonly op: 'clear'; readonly property: string }
  | { readonly op: 'replace'; readonly property: string; readonly values: readonly string[] }
  | { readonly op: 'call'; readonly method: string; readonly args: readonly string[] };

/** A value: free text with its escapes taken out, or a call with its arguments. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly string[] };

/** A query that breaks the language; answered as `Fail`. */
export class QueryError extends Error {}

/** Reads a decoded query. Throws {@link QueryError} for what is no clause. */
export function parseQuery(query: string): readonly Clause[] {
  // The language cannot carry it, escaped or not; what really becomes of it is unknown, so it is refused loudly.
  if (query.includes('#')) throw new QueryError("'#' cannot be used in a query");
  return splitOutside(query, ',').flatMap(parseClause);
}

/** The parts between separators that are neither escaped nor inside parentheses or braces. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string; // `at` is within the text
    if (character === '\\') {
      part += character + (text[at + 1] ?? '');
      at += 1;
      continue;
    }
    if ('({'.includes(character)) depth += 1;
    if (')}'.includes(character)) depth = Math.max(0, depth - 1);
    if (character === separator && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

const unescaped = (text: string) => text.replace(/\\([\s\S])/g, '$1');

function parseClause(clause: string): readonly Clause[] {
  const created = /^entity=NewEntity\((\w+)(?:,([\w{}-]+))?\)$/i.exec(clause);
  if (created) return [{ op: 'new', entityType: created[1] ?? '', subType: created[2] ?? null }];
  const entity = /^entity=(.*)$/is.exec(clause);
  if (entity) return [{ op: 'entity', id: unescaped(entity[1] ?? '') }];
  const [, property = '', operator = '', rest = ''] = /^([A-Za-z_][\w.]*)(=|@|-|\*)?([\s\S]*)$/.exec(clause) ?? [];
  if (property === '') throw new QueryError(`Invalid clause: '${clause}'`);
  if (operator === '=') return [{ op: 'set', property, value: parseValue(rest) }];
  if (operator === '-') return [{ op: 'remove', property, value: parseValue(rest) }];
  if (operator === '@') return parseAdded(property, rest);
  if (operator === '*' && rest === '') return [{ op: 'clear', property }];
  if (operator === '' && rest === '') return [{ op: 'get', property }];
  const method = parseValue(`${property}${rest}`);
  if (operator !== '' || method.kind !== 'call') throw new QueryError(`Invalid clause: '${clause}'`);
  return [{ op: 'call', method: method.name, args: method.args }];
}

/** `Coll@{a,b}` puts a new collection in place; `Coll@a@b` lets one after the other join. */
function parseAdded(property: string, rest: string): readonly Clause[] {
  if (/^\{[\s\S]*\}$/.test(rest)) {
    const values = splitOutside(rest.slice(1, -1), ',').filter(Boolean).map(unescaped);
    return [{ op: 'replace', property, values }];
  }
  return splitOutside(rest, '@').map((item) => ({ op: 'add', property, value: parseValue(item) }));
}

function parseValue(text: string): Value {
  const call = /^([A-Za-z_][\w.]*)\(([\s\S]*)\)$/.exec(text);
  if (!call) return { kind: 'text', text: unescaped(text) };
  const args = call[2] === '' ? [] : splitOutside(call[2] ?? '', ',').map(unescaped);
  return { kind: 'call', name: call[1] ?? '', args };
}
