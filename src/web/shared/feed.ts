/** The live stream of the server: views and steps as they are committed, and whether the stream can be trusted now. */
import { type IntegrationView, integrationViewSchema, type StepView, stepViewSchema } from '../../http/api.ts';
import { type FleetView, fleetViewSchema } from '../../http/fleet-api.ts';
import { apiUrl, isAlive } from '../api.ts';

/** Whether what is shown follows the server, and since when it does not. Times are the browser's. */
export type Liveness =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  | { readonly status: 'lost'; readonly since: number };

export interface FeedListener {
  view(view: IntegrationView): void;
  step(step: StepView): void;
  /** Left out by who only follows integrations. */
  fleet?(fleet: FleetView): void;
  /** The stream was opened, for the first time or again: what came in between must be read. */
  opened(): void;
  /** The stream is not there; called again with each failed attempt. */
  lost(): void;
}

/** The browser tries again by itself only while the server answers with a stream; otherwise this long later. */
const reopenAfterMs = 3_000;
/** After so long without a message the server is asked whether it is still there: a dead line is silent. */
const silenceMs = 15_000;

/** One EventSource with several listeners. Broken messages are ignored: the next view is whole again. */
export class Feed {
  readonly #listeners = new Set<FeedListener>();
  readonly #onLiveness: (liveness: Liveness) => void;
  #source: EventSource | null = null;
  #lostSince: number | null = null;
  #reopenTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(onLiveness: (liveness: Liveness) => void) {
    this.#onLiveness = onLiveness;
  }

  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open(): void {
    this.close();
    const source = new EventSource(apiUrl('stream'));
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onerror = () => this.#failed();
    source.addEventListener('integration', ({ data }) => {
      const view = parseMessage(integrationViewSchema, data);
      if (view) for (const listener of this.#listeners) listener.view(view);
      this.#heard();
    });
    source.addEventListener('fleet', ({ data }) => {
      const fleet = parseMessage(fleetViewSchema, data);
      if (fleet) for (const listener of this.#listeners) listener.fleet?.(fleet);
      this.#heard();
    });
    source.addEventListener('step', ({ data }) => {
      const step = parseMessage(stepViewSchema, data);
      if (step) for (const listener of this.#listeners) listener.step(step);
      this.#heard();
    });
  }

  close(): void {
    clearTimeout(this.#reopenTimer);
    clearTimeout(this.#silenceTimer);
    this.#source?.close();
    this.#source = null;
  }

  #opened(): void {
    this.#lostSince = null;
    this.#onLiveness({ status: 'live' });
    for (const listener of this.#listeners) listener.opened();
    this.#heard();
  }

  #failed(): void {
    clearTimeout(this.#silenceTimer);
    this.#lostSince ??= Date.now();
    this.#onLiveness({ status: 'lost', since: this.#lostSince });
    for (const listener of this.#listeners) listener.lost();
    if (this.#source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#reopenTimer);
    this.#reopenTimer = setTimeout(() => this.open(), reopenAfterMs);
  }

  #heard(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => void this.#askWhetherAlive(), silenceMs);
  }

  async #askWhetherAlive(): Promise<void> {
    const asked = this.#source;
    const alive = await isAlive();
    if (asked === null || this.#source !== asked) return;
    if (alive) return this.#heard();
    asked.close();
    this.#failed();
  }
}

function parseMessage<T>(schema: { safeParse(value: unknown): { data?: T } }, data: unknown): T | undefined {
  try {
    return schema.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined;
  }
}
