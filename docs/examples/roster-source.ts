/** A roster of people, read over HTTP, as a source. */
import { CodedError, type Cursor, type ErrorCode, type Source, type SourceRecord } from 'syncwarden';
import { z } from 'zod';

const kind = 'person';
/** `lastSeen` is not named: it changes without a write, so it is in no record. */
const personSchema = z.object({ id: z.string(), name: z.string(), badge: z.string().nullish() });
const listSchema = z.object({ people: z.array(personSchema), more: z.boolean(), total: z.number() });
const cursorSchema = z.strictObject({ after: z.string() });

export function createRosterSource(url: string): Source {
  /** Null means that the roster answered "no such thing"; everything else that is no answer is thrown. */
  async function ask<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T | null> {
    const fail = (code: ErrorCode, found: string, todo: string, cause?: unknown) =>
      new CodedError(code, { doing: `asking the roster for ${path}`, expected: 'an answer', found, todo, cause });
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(30_000);
    try {
      const reply = await fetch(url + path, { signal: AbortSignal.any([signal, limit]) });
      if (reply.status === 404) return null;
      if (reply.status === 401) throw fail('SW_UNAUTHORISED', 'a refusal', 'Check the password');
      if (!reply.ok) throw fail('SW_SERVER_FAILED', `status ${reply.status}`, 'Look into the log of the roster');
      const parsed = schema.safeParse(await reply.json());
      if (parsed.success) return parsed.data;
      throw fail('SW_REPLY_UNEXPECTED', 'another shape', 'Compare the versions', parsed.error);
    } catch (cause) {
      signal.throwIfAborted(); // the reason of who aborted, as it is
      if (cause instanceof CodedError) throw cause;
      if (limit.aborted) throw fail('SW_TIMEOUT', 'none within 30 s', 'Check the load of the roster', cause);
      if (cause instanceof SyntaxError) throw fail('SW_REPLY_UNEXPECTED', 'no JSON', 'Check the address', cause);
      throw fail('SW_UNREACHABLE', 'no connection', 'Check that the roster runs', cause);
    }
  }

  const source: Source = {
    capabilities: {
      listing: 'cursor',
      totals: 'exact',
      detailRequired: false,
      maxConcurrency: 4,
      volatileFields: ['lastSeen'],
    },
    kinds: [kind],
    async probe(signal) {
      const begun = performance.now();
      const about = await ask('/about', z.object({ version: z.string() }), signal);
      return { product: 'Roster', version: about?.version ?? null, latencyMs: performance.now() - begun };
    },
    async walk(of, cursor, signal) {
      requireKind(of);
      const list = await ask(`/people?after=${encodeURIComponent(afterOf(cursor))}`, listSchema, signal);
      if (list === null) throw incomplete('a list', 'none'); // a list that is not there is not an empty one
      const last = list.people.at(-1);
      if (list.more && last === undefined) throw incomplete('a page with people', 'an empty one, and more to come');
      const next = list.more && last !== undefined ? { after: last.id } : null;
      return { records: list.people.map(recordOf), next, total: list.total };
    },
    async *keys(of, signal) {
      for (let cursor: Cursor | null = null, more = true; more; more = cursor !== null) {
        const page = await source.walk(of, cursor, signal);
        yield page.records.map(({ key }) => key);
        cursor = page.next;
      }
    },
    async get(of, key, signal) {
      requireKind(of);
      const person = await ask(`/people/${encodeURIComponent(key)}`, personSchema, signal);
      return person === null ? null : recordOf(person);
    },
    async close() {},
  };
  return source;
}

/** Missing, null and empty are made equal, or the same person would look changed. */
function recordOf({ id, name, badge }: z.output<typeof personSchema>): SourceRecord {
  return { kind, key: id, value: { name, badge: badge || null } };
}

function afterOf(cursor: Cursor | null): string {
  if (cursor === null) return '';
  const parsed = cursorSchema.safeParse(cursor);
  if (parsed.success) return parsed.data.after;
  throw incomplete('a cursor of this roster', 'one of another shape');
}

function incomplete(expected: string, found: string): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', { doing: 'listing people', expected, found, todo: 'Walk again' });
}

function requireKind(of: string): void {
  if (of === kind) return;
  const todo = 'Correct the mapping';
  throw new CodedError('SW_NOT_FOUND', { doing: 'choosing what to read', expected: kind, found: of, todo });
}
