/** What a scenario stands on: the site, a watch on each of its integrations, and the book of what was expected and seen. */
import { type FleetView, fleetViewSchema } from '../../http/fleet-api.ts';
import { getJson } from './get-json.ts';
import { Watch, type WatchOptions } from './watch.ts';

/** One expectation and whether it held. */
export interface Expectation {
  readonly what: string;
  readonly held: boolean;
  readonly found: string;
}

/** By itself it watches the first integration of the site, which is all that most scenarios are about. */
export class Stage extends Watch {
  readonly expectations: Expectation[] = [];
  /** On every integration of the site, the first one included, in their order. */
  readonly watches: readonly Watch[];
  readonly #tell: WatchOptions['tell'];

  constructor(options: WatchOptions) {
    const [first, ...others] = options.site.integrations;
    super(first.id, options);
    this.#tell = options.tell;
    this.watches = [this, ...others.map(({ id }) => new Watch(id, options))];
  }

  /** What is done to the site, told before it is done. */
  async strike(what: string, act: () => Promise<unknown>): Promise<void> {
    this.#tell({ kind: 'fault', what });
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
    this.#tell({ kind: 'expectation', ...expectation });
  }

  /** Waits for every integration at once. */
  async untilAllProven(since: number): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.untilProven(since)));
  }

  /** Which remedies were carried out for which integration. */
  async remediesOfAll(): Promise<{ readonly [integration: string]: readonly string[] }> {
    const each = this.watches.map(async (watch) => [watch.integration, await watch.remedies()] as const);
    return Object.fromEntries(await Promise.all(each));
  }

  /** What the supervisor says of all integrations together. */
  async fleet(): Promise<FleetView> {
    return fleetViewSchema.parse(await getJson(`${this.site.supervisorUrl}/api/v1/fleet`));
  }
}
