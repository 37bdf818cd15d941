/** The eyes of an outside observer on one integration: what the API shows of it, and what the simulators know. */
import { request } from 'undici';
import { z } from 'zod';
import { type Clock, pause } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { type IntegrationView, integrationViewSchema, type StepView, stepViewSchema } from '../../http/api.ts';
import type { Site } from '../site/site.ts';
import { type Books, readBooks } from './books.ts';
import { getJson } from './get-json.ts';

const historySchema = z.object({ steps: z.array(stepViewSchema) });
/** Pause between two looks at the supervisor. */
const lookEveryMs = 100;
const historyPage = 200;

/** Hears what happens, for people and scripts. */
export type Tell = (line: { readonly kind: string; readonly [member: string]: unknown }) => void;

export interface WatchOptions {
  readonly site: Site;
  readonly clock: Clock;
  /** Ends every wait. */
  readonly signal?: AbortSignal;
  /** Longest wait for anything. @default 100_000 */
  readonly waitMsMax?: number;
  readonly tell: Tell;
}

export class Watch {
  readonly site: Site;
  /** Id of the integration. */
  readonly integration: string;
  readonly #options: WatchOptions & { readonly waitMsMax: number };
  #told = '';

  constructor(integration: string, options: WatchOptions) {
    this.site = options.site;
    this.integration = integration;
    this.#options = { waitMsMax: 100_000, ...options };
  }

  /** The integration as the API shows it now; null while the supervisor does not answer. */
  async look(): Promise<IntegrationView | null> {
    try {
      return integrationViewSchema.parse(await this.#get(''));
    } catch (error) {
      if (error instanceof z.ZodError) throw error;
      return null;
    }
  }

  /** Waits until the view satisfies the predicate. */
  async until(what: string, predicate: (view: IntegrationView) => boolean): Promise<IntegrationView> {
    const { clock, waitMsMax, signal } = this.#options;
    const startedAt = clock.now();
    let last: IntegrationView | null = null;
    while (clock.now() - startedAt <= waitMsMax) {
      const view = await this.look();
      if (view) this.#tellChange(view);
      if (view && predicate(view)) return view;
      last = view ?? last;
      await pause(clock, lookEveryMs, signal);
    }
    throw new CodedError('SW_TIMEOUT', {
      doing: `playing the scenario with "${this.integration}"`,
      expected: `${what} within ${waitMsMax} ms`,
      found: last ? stateOf(last) : 'no answer from the supervisor',
      todo: 'Look at the lines above for what it waited for',
    });
  }

  /** Waits until all is well: connected, watching, and proven equal after `since` (epoch milliseconds). */
  untilProven(since: number): Promise<IntegrationView> {
    return this.until('all well and proven', ({ connection, synchronization, ladder }) => {
      const proven = synchronization.lastProvenEqualAt ?? 0;
      return (
        connection.status === 'connected' &&
        synchronization.status === 'succeeded' &&
        ladder.status === 'watching' &&
        proven > since
      );
    });
  }

  /** Waits until a run has moved at least `share` (0 to 1) of the cardholders. */
  untilMoved(share: number): Promise<IntegrationView> {
    return this.until(`a run at ${share * 100} %`, ({ synchronization }) => {
      if (synchronization.status !== 'transferring') return false;
      const people = synchronization.run?.progress.find(({ type }) => type === 'cardholder');
      return people?.total != null && people.done >= share * people.total;
    });
  }

  async command(path: string, body: object = {}): Promise<void> {
    const url = `${this.#url}/${path}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`POST ${path}: ${answer.statusCode} ${text}`);
  }

  /** Every step of the integration so far, oldest first. */
  async steps(): Promise<readonly StepView[]> {
    const all: StepView[] = [];
    for (let before: number | null = null; ; ) {
      const query: string = before === null ? '' : `&before=${before}`;
      const { steps } = historySchema.parse(await this.#get(`/history?limit=${historyPage}${query}`));
      all.push(...steps);
      const oldest = steps.at(-1);
      if (!oldest || steps.length < historyPage) return all.reverse();
      before = oldest.seq;
    }
  }

  /** Every decision of the integration so far, oldest first. */
  async decisions(): Promise<readonly StepView['decisions'][number][]> {
    return (await this.steps()).flatMap((step) => step.decisions);
  }

  /** The remedies that were carried out so far, as ids of rungs, in order. */
  async remedies(): Promise<readonly string[]> {
    return (await this.decisions()).flatMap(({ evidence }) =>
      evidence?.['done'] === true && typeof evidence['rung'] === 'string' ? [evidence['rung']] : [],
    );
  }

  /** What is really in the two systems, and what was written, by the books of the simulators themselves. */
  truth(): Promise<Books> {
    return readBooks(this.site, this.integration);
  }

  now(): number {
    return this.#options.clock.now();
  }

  get #url(): string {
    return `${this.site.supervisorUrl}/api/v1/integrations/${this.integration}`;
  }

  #get(path: string): Promise<unknown> {
    return getJson(`${this.#url}${path}`);
  }

  #tellChange(view: IntegrationView): void {
    const state = stateOf(view);
    if (state === this.#told) return;
    this.#told = state;
    this.#options.tell({ kind: 'state', integration: this.integration, at: view.at, state });
  }
}

function stateOf({ connection, synchronization, ladder }: IntegrationView): string {
  const why = connection.reason ? ` (${connection.reason.code})` : '';
  const quarantine = ladder.quarantine ? ` (${ladder.quarantine.reason})` : '';
  return `${connection.status}${why}, ${synchronization.status}, ${ladder.status}${quarantine}`;
}
