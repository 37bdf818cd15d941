/** The Directory as the role sees it: the back door of the simulated Security Center, in place of the platform's SDK. */
import { Pool } from 'undici';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { Counts, EntityTypeName, SourceEntity } from './source-entity.ts';
import { cardholderFields } from './vendor-rules.ts';

export type RunningState = 'Running' | 'NotRunning' | 'Warning';

/** How role and server are shown. */
export interface ShownState {
  readonly runningState: RunningState;
  readonly isOnline: boolean;
  readonly serverIsOnline: boolean;
}

export interface DirectoryOptions {
  readonly url: string;
  readonly roleName: string;
  readonly serverName: string;
  readonly serverVersion: string;
}

/** Tells this plugin from others; the real one's is not public. */
const subType = '5197a55e-0000-4000-8000-000000005645';
const timeoutMs = 10_000;

const registeredSchema = z.object({ role: z.string(), server: z.string() });
const countsSchema = z.object({ byType: z.record(z.string(), z.number()) });
const keysSchema = z.object({ keys: z.array(z.string()) });
const writtenSchema = z.object({ refused: z.array(z.object({ key: z.string(), message: z.string() })) });
const lostSchema = z.object({ lost: z.array(z.string()) });

export type Registered = z.output<typeof registeredSchema>;

export class Directory {
  readonly #options: DirectoryOptions;
  readonly #pool: Pool;
  #registered: Registered | null = null;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#pool = new Pool(options.url, { connections: 4 });
  }

  /** Role and server, made if they are not there. @throws CodedError `SW_UNREACHABLE` */
  async register(): Promise<Registered> {
    const { roleName: name, serverName, serverVersion: version } = this.#options;
    const role = { name, subType, server: { name: serverName, version }, customFields: cardholderFields };
    this.#registered = await this.#call('POST', '', role, registeredSchema);
    return this.#registered;
  }

  /** @param leaseMs for how long it holds unless it is said again; null for ever */
  async show(state: ShownState, leaseMs: number | null): Promise<void> {
    const lease = leaseMs === null ? {} : { leaseMs };
    await this.#call('PATCH', this.#path(), { ...state, ...lease }, z.null());
  }

  /** Writes entities as the role's own; answers those that the platform refuses. */
  async write(type: EntityTypeName, entities: readonly SourceEntity[]) {
    const { refused } = await this.#call('PUT', this.#path('/entities'), { type, entities }, writtenSchema);
    return refused;
  }

  async remove(type: EntityTypeName, keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#call('POST', this.#path('/entities/delete'), { type, keys }, z.unknown());
  }

  /** Lets entities vanish without a word. */
  async lose(type: string, count: number): Promise<readonly string[]> {
    return (await this.#call('POST', this.#path('/entities/lose'), { type, count }, lostSchema)).lost;
  }

  async counts(): Promise<Counts> {
    return (await this.#call('GET', this.#path('/counts'), undefined, countsSchema)).byType;
  }

  async keys(type: EntityTypeName): Promise<readonly string[]> {
    return (await this.#call('GET', this.#path(`/keys?type=${type}`), undefined, keysSchema)).keys;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #path(rest = ''): string {
    return `/${this.#registered?.role}${rest}`;
  }

  async #call<T extends z.ZodType>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: object | undefined,
    schema: T,
  ): Promise<z.output<T>> {
    try {
      const answer = await this.#pool.request({
        method,
        path: `/plugin-roles${path}`,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 400) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 200)}`);
      return schema.parse(text === '' ? null : JSON.parse(text));
    } catch (cause) {
      throw new CodedError('SW_UNREACHABLE', {
        doing: `calling the back door of the simulated Security Center (${this.#options.url})`,
        expected: 'an answer to what a plugin role asks',
        found: cause instanceof Error ? cause.message : String(cause),
        todo: 'Start it first, and give the address of its back door',
        cause,
      });
    }
  }
}
