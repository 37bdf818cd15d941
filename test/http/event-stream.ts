/** Reads a stream of Server-Sent Events over a real socket, as a browser does. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface StreamEvent {
  /** `message` when the server names none. */
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** An open stream with all that came so far. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly comments: string[] = [];
  /** What the browser would send on coming back. */
  lastId: string | null = null;
  retryMs: number | null = null;
  isEnded = false;
  readonly response: IncomingMessage;
  readonly #request: ClientRequest;
  readonly #waiting = new Set<() => void>();
  #rest = '';

  constructor(outgoing: ClientRequest, response: IncomingMessage) {
    this.#request = outgoing;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => {}); // cut off: `close` follows
    response.on('close', () => {
      this.isEnded = true;
      this.#wake();
    });
  }

  /** Resolves once the condition holds; it is looked at whenever something came. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Numbers of the steps that came. */
  get steps(): readonly number[] {
    return this.events.filter(({ event }) => event === 'step').map(({ id }) => Number(id));
  }

  async close(): Promise<void> {
    this.#request.destroy();
    await this.until(() => this.isEnded);
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#block(block.split('\n'));
    this.#wake();
  }

  #block(lines: readonly string[]): void {
    const fields = new Map<string, string>();
    for (const line of lines) {
      if (line.startsWith(':')) this.comments.push(line.slice(1).trim());
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) fields.set(name, value);
    }
    this.lastId = fields.get('id') ?? this.lastId;
    if (fields.has('retry')) this.retryMs = Number(fields.get('retry'));
    const data = fields.get('data');
    if (data !== undefined)
      this.events.push({ event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data });
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Opens a stream; resolves with its headers. */
export function openEventStream(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false });
    outgoing.once('response', (response) => resolve(new EventStream(outgoing, response)));
    outgoing.once('error', reject);
    outgoing.end();
  });
}
