/** Reads the simulated SiPass over its HR API. The real proxy uses a local SDK, whose calls are not public. */
import { Pool } from 'undici';
import { z } from 'zod';
import { pause, systemClock } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import {
  cardholderSchema,
  objectSchema,
  rowsSchema,
  type SipassCardholder,
  type SipassRow,
  workgroupSchema,
} from './sipass-object.ts';
import type { SipassContent } from './vendor-rules.ts';

export interface SipassReaderOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

const clientId = 'genetec-sipass-proxy';
const connections = 4;
const timeoutMs = 10_000;
const logOutMsMax = 1_000;
const rowsPerWindow = 500;
/** Enough to see most changes in a list; a change of a card alone shows in none of them. */
const rowFields = 'FirstName,LastName,EmployeeNumber,PrimaryWorkgroupId,Attributes,StartDate,EndDate,BaseCardNumber';

export class SipassReader {
  readonly #options: SipassReaderOptions;
  readonly #pool: Pool;
  #session: Promise<string> | null = null;

  constructor(options: SipassReaderOptions) {
    this.#options = options;
    this.#pool = new Pool(new URL(options.url).origin, { connections });
  }

  /** Everything that the proxy caches. */
  async content(rows: readonly SipassRow[]): Promise<SipassContent> {
    const [workgroups, doorsets, banks] = await Promise.all([
      this.#workgroups(),
      this.#get('/AccessPoints', rowsSchema),
      this.#get('/FloorPointGroups', rowsSchema),
    ]);
    const cardholders = await this.cardholders(rows.map(({ Token }) => Token));
    const objects = (list: readonly SipassRow[] | null) => (list ?? []).map((row) => objectSchema.parse(row));
    return { workgroups, doorsets: objects(doorsets), banks: objects(banks), cardholders };
  }

  /** The list of cardholders with what shows that one has changed. */
  async rows(): Promise<readonly SipassRow[]> {
    // A window may hold one row more, where its end belongs to it: by token each counts once.
    const rows = new Map<string, SipassRow>();
    for (let start = 0; ; start += rowsPerWindow) {
      const order = JSON.stringify({ FieldName: 'Token', Value: '', SortingOrder: 0 });
      const query = new URLSearchParams({
        fields: rowFields,
        sortingOrder: order,
        startIndex: String(start),
        endIndex: String(start + rowsPerWindow),
      });
      const window = (await this.#get(`/Cardholders?${query}`, rowsSchema)) ?? [];
      for (const row of window) rows.set(row.Token, row);
      if (window.length < rowsPerWindow) return [...rows.values()];
    }
  }

  /** The details of cardholders; those that are gone meanwhile are left out. */
  async cardholders(tokens: readonly string[]): Promise<readonly SipassCardholder[]> {
    const read = (token: string) => this.#get(`/Cardholders/${encodeURIComponent(token)}`, cardholderSchema);
    const found = await Promise.all(tokens.map(read));
    return found.filter((cardholder) => cardholder !== null);
  }

  /** Logs out, as far as that is possible within a second; what is under way fails. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    const logOut = session?.then((token) => this.#send('DELETE', '/Authentication', token));
    await Promise.race([logOut, pause(systemClock, logOutMsMax)]).catch(() => {});
    await this.#pool.destroy();
  }

  async #workgroups(): Promise<SipassContent['workgroups']> {
    const rows = (await this.#get('/WorkGroups', rowsSchema)) ?? [];
    const read = ({ Token }: SipassRow) => this.#get(`/WorkGroups?workGroupID=${Token}`, workgroupSchema);
    return (await Promise.all(rows.map(read))).filter((workgroup) => workgroup !== null);
  }

  /** Null for what does not exist. A session that died is opened anew, once. */
  async #get<T extends z.ZodType>(path: string, schema: T, again = true): Promise<z.output<T> | null> {
    this.#session ??= this.#logIn();
    const session = this.#session;
    const forget = () => {
      if (this.#session === session) this.#session = null;
    };
    const token = await session.catch((error: unknown) => {
      forget();
      throw error;
    });
    const { status, body } = await this.#send('GET', path, token);
    if (status === 404) return null;
    if (status === 401) forget();
    if (status === 401 && again) return this.#get(path, schema, false);
    if (status !== 200) throw unreachable(path, `status ${status}`);
    return schema.parse(body);
  }

  async #logIn(): Promise<string> {
    const { username: Username, password: Password } = this.#options;
    const { status, body } = await this.#send('POST', '/Authentication', null, { Username, Password });
    const reply = z.object({ Token: z.string().min(1) }).safeParse(body);
    if (status === 200 && reply.success) return reply.data.Token;
    throw unreachable('logging in', `status ${status}`);
  }

  async #send(method: 'GET' | 'POST' | 'DELETE', path: string, token: string | null, body?: object) {
    try {
      const answer = await this.#pool.request({
        method,
        path: `/api/V1/hr${path}`,
        headers: {
          clientUniqueId: clientId,
          Language: 'English',
          ...(token === null ? {} : { authorization: token }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch (cause) {
      throw unreachable(path, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }
}

function unreachable(path: string, found: string, cause?: unknown): CodedError {
  return new CodedError('SW_UNREACHABLE', {
    doing: `asking SiPass for ${path.split('?', 1)[0]}`,
    expected: 'an answer of the HR API',
    found,
    todo: 'Start the simulated SiPass, and check its address and operator',
    cause,
  });
}
