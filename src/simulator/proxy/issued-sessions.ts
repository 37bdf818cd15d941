/** The session tokens that were issued through the proxy: the only ones it lets through. */
import { z } from 'zod';

/** What is needed to end a session upstream. */
export interface IssuedSession {
  readonly token: string;
  readonly clientId: string;
}

const loginReplySchema = z.object({ Token: z.string().min(1) });

export class IssuedSessions {
  readonly #sessionsMax: number;
  readonly #byToken = new Map<string, IssuedSession>();

  /** @param sessionsMax how many tokens are remembered; the oldest is forgotten first. @default 10000 */
  constructor(sessionsMax = 10_000) {
    this.#sessionsMax = sessionsMax;
  }

  get count(): number {
    return this.#byToken.size;
  }

  has(token: string): boolean {
    return this.#byToken.has(token);
  }

  /** Remembers the token of a login answer, if it is one. */
  learn(replyBody: string, clientId: string): void {
    const token = tokenOf(replyBody);
    if (token === null) return;
    const [oldest] = this.#byToken.keys();
    if (oldest !== undefined && this.#byToken.size >= this.#sessionsMax) this.#byToken.delete(oldest);
    this.#byToken.set(token, { token, clientId });
  }

  forget(token: string): void {
    this.#byToken.delete(token);
  }

  /** Forgets all, and answers what there was. */
  clear(): readonly IssuedSession[] {
    const all = [...this.#byToken.values()];
    this.#byToken.clear();
    return all;
  }
}

function tokenOf(text: string): string | null {
  try {
    return loginReplySchema.parse(JSON.parse(text)).Token;
  } catch {
    return null;
  }
}
