/** What a scenario stands on: the site, the eyes of an outside observer, and the book of what was expected and seen. */
import { request } from 'undici';
import { z } from 'zod';
import { type Clock, pause } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import { type IntegrationView, integrationViewSchema, type StepView, stepViewSchema } from '../../http/api.ts';
import type { Site } from '../site/site.ts';
import { type Tally, type Truth, tallySchema, truthSchema } from './tally.ts';

const integration = 'hq';
const historySchema = z.object({ steps: z.array(stepViewSchema) });
/** Pause between two looks at the supervisor. */
const lookEveryMs = 100;
const historyPage = 200;

/** One expectation and whether it held. */
export interface Expectation {
  readonly what: string;
  readonly held: boolean;
  readonly found: string;
}

export interface StageOptions {
  readonly site: Site;
  readonly clock: Clock;
  /** Ends every wait. */
  readonly signal?: AbortSignal;
  /** Longest wait for anything. @default 100_000 */
  readonly waitMsMax?: number;
  /** Hears what happens, for people and scripts. */
  readonly tell: (line: { readonly kind: string; readonly [member: string]: unknown }) => void;
}

export class Stage {
  readonly site: Site;
  readonly expectations: Expectation[] = [];
  readonly #options: StageOptions & { readonly waitMsMax: number };

  constructor(options: StageOptions) {
    this.site = options.site;
    this.#options = { waitMsMax: 100_000, ...options };
  }

  /** What is done to the site, told before it is done. */
  async strike(what: string, act: () => Promise<unknown>): Promise<void> {
    this.#options.tell({ kind: 'fault', what });
    await act();
  }

  /** Makes SiPass as slow as a large site, so that there is a middle of the run to strike in. */
  async enlarge(): Promise<void> {
    const fault = { kind: 'slow', id: 'large-site', delayMs: 10, match: { path: '/hr/Cardholders/' } };
    await this.site.admin('sipass', 'POST', '/faults', fault);
  }

  /** Writes an expectation into the book; the scenario goes on either way. */
  expect(what: string, held: boolean, found: unknown): void {
    const expectation = { what, held, found: typeof found === 'string' ? found : JSON.stringify(found) };
    this.expectations.push(expectation);
    this.#options.tell({ kind: 'expectation', ...expectation });
  }

  /** The integration as the API shows it now; null while the supervisor does not answer. */
  async look(): Promise<IntegrationView | null> {
    try {
      return integrationViewSchema.parse(await this.#get(`/api/v1/integrations/${integration}`));
    } catch (error) {
      if (error instanceof z.ZodError) throw error;
      return null;
    }
  }

  /** Waits until the view satisfies the predicate. */
  async until(what: string, predicate: (view: IntegrationView) => boolean): Promise<IntegrationView> {
    const { clock, waitMsMax } = this.#options;
    const startedAt = clock.now();
    let last: IntegrationView | null = null;
    let told = '';
    while (clock.now() - startedAt <= waitMsMax) {
      const view = await this.look();
      if (view) told = this.#tellChange(view, told);
      if (view && predicate(view)) return view;
      last = view ?? last;
      await pause(clock, lookEveryMs, this.#options.signal);
    }
    throw new CodedError('SW_TIMEOUT', {
      doing: 'playing the scenario',
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
    const url = `${this.site.supervisorUrl}/api/v1/integrations/${integration}/${path}`;
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
      const path = `/api/v1/integrations/${integration}/history?limit=${historyPage}${query}`;
      const { steps } = historySchema.parse(await this.#get(path));
      all.push(...steps);
      const oldest = steps.at(-1);
      if (!oldest || steps.length < historyPage) return all.reverse();
      before = oldest.seq;
    }
  }

  /** The remedies that were carried out so far, as ids of rungs, in order. */
  async remedies(): Promise<readonly string[]> {
    const decisions = (await this.steps()).flatMap((step) => step.decisions);
    return decisions.flatMap(({ evidence }) =>
      evidence?.['done'] === true && typeof evidence['rung'] === 'string' ? [evidence['rung']] : [],
    );
  }

  /** What is really in the two systems, and what was written, by the books of the simulators themselves. */
  async truth(): Promise<{ readonly truth: Truth; readonly tally: Tally }> {
    const truth = truthSchema.parse(await this.site.admin('sipass', 'GET', '/truth'));
    const tally = tallySchema.parse(await this.site.admin('security-center', 'GET', '/writes'));
    return { truth, tally };
  }

  now(): number {
    return this.#options.clock.now();
  }

  async #get(path: string): Promise<unknown> {
    const answer = await request(`${this.site.supervisorUrl}${path}`, { signal: AbortSignal.timeout(5_000) });
    return answer.body.json();
  }

  #tellChange(view: IntegrationView, told: string): string {
    const state = stateOf(view);
    if (state !== told) this.#options.tell({ kind: 'state', at: view.at, state });
    return state;
  }
}

function stateOf({ connection, synchronization, ladder }: IntegrationView): string {
  const why = connection.reason ? ` (${connection.reason.code})` : '';
  const quarantine = ladder.quarantine ? ` (${ladder.quarantine.reason})` : '';
  return `${connection.status}${why}, ${synchronization.status}, ${ladder.status}${quarantine}`;
}
