/** Who may ask, and how many at once: a session per user and application, ended when it is idle. */
import { createHash } from 'node:crypto';
import type { World } from './world.ts';

/** Why a request is not let in, as HTTP status and name of the error. */
export interface Turned {
  readonly status: 401 | 403;
  readonly code: string;
}

export class Sessions {
  readonly #lastSeen = new Map<string, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get count(): number {
    this.#dropIdle();
    return this.#lastSeen.size;
  }

  clear(): void {
    this.#lastSeen.clear();
  }

  /** Lets a request in; `isFirst` says that it opened a session, which takes longer. */
  enter(authorization: string | undefined): { readonly isFirst: boolean } | Turned {
    const { username, password, applicationId, licences } = this.#world.options;
    const [, encoded = ''] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
    if (encoded === '') return { status: 401, code: 'Unauthorized' };
    const wanted = Buffer.from(`${username};${applicationId}:${password}`).toString('base64');
    if (encoded !== wanted) return { status: 403, code: 'InvalidApplicationId' };
    this.#dropIdle();
    const key = createHash('sha256').update(encoded).digest('hex');
    const isFirst = !this.#lastSeen.has(key);
    if (isFirst && this.#lastSeen.size >= licences) return { status: 403, code: 'CertificateCountExceeded' };
    this.#lastSeen.set(key, this.#world.clock.now());
    return { isFirst };
  }

  #dropIdle(): void {
    const oldest = this.#world.clock.now() - this.#world.options.sessionIdleS * 1_000;
    for (const [key, at] of this.#lastSeen) if (at < oldest) this.#lastSeen.delete(key);
  }
}
