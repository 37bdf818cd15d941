/** The legacy XML that is answered where no format is asked for, in its outline: enough to show that it is no JSON. */
import type { Json } from '../../core/json.ts';
import type { Outcome } from './outcome.ts';

/** `<rsp status="ok">` with entities, or with the rows of a search as a table; `<rsp status="fail">` with the error. */
export function legacyXml(outcome: Outcome): string {
  if (outcome.status === 'Fail') {
    const { code, message } = outcome.refusal;
    return `<rsp status="fail"><error><code>${escaped(code)}</code><message>${escaped(message)}</message></error></rsp>`;
  }
  return `<rsp status="ok">${content(outcome.result)}</rsp>`;
}

function content(result: Json): string {
  if (result === null) return '';
  if (Array.isArray(result)) return table(result);
  return `<entity>${members(result)}</entity>`;
}

/** The columns of the first row are those of all. */
function table(rows: readonly Json[]): string {
  const [first] = rows;
  const columns = first !== null && typeof first === 'object' && !Array.isArray(first) ? Object.keys(first) : [];
  const header = columns.map((name) => `<Cell>${escaped(name)}</Cell>`).join('');
  const body = rows.map((row) => `<Row>${columns.map((name) => `<Cell>${cell(row, name)}</Cell>`).join('')}</Row>`);
  return `<QueryResult><HeaderRow>${header}</HeaderRow>${body.join('')}</QueryResult>`;
}

function cell(row: Json, name: string): string {
  const value = row !== null && typeof row === 'object' && !Array.isArray(row) ? Object.entries(row) : [];
  return members(value.find(([key]) => key === name)?.[1] ?? null);
}

function members(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((item) => `<item>${members(item)}</item>`).join('');
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .map(([name, member]) => `<${element(name)}>${members(member)}</${element(name)}>`)
    .join('');
}

/** Names come from the query as the client spelt them, with a dot in nested ones. */
const element = (name: string) => name.replace(/[^\w.]/g, '_');

const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
