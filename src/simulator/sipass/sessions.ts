/** The sessions of the HR API: raw tokens, idle expiry, one per operator where wanted, a counted licence. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { SipassError } from './sipass-error.ts';

/** What sessions depend on; an administrator may change it while the server runs. */
export interface SessionSettings {
  username: string;
  password: string;
  sessionTimeoutS: number;
  singleSession: boolean;
  sameClient: 'replaces' | 'counts';
  licences: number;
}

interface Session {
  readonly token: string;
  readonly clientId: string;
  readonly username: string;
  lastUsedAt: number;
}

export class Sessions {
  readonly settings: SessionSettings;
  readonly #clock: Clock;
  readonly #newToken: (username: string) => string;
  readonly #byToken = new Map<string, Session>();

  /** @param newToken a fresh token of an operator. @default 64 random hexadecimal digits, a colon and the operator */
  constructor(settings: SessionSettings, clock: Clock, newToken = randomToken) {
    this.settings = settings;
    this.#clock = clock;
    this.#newToken = newToken;
  }

  /** How many sessions are alive. */
  get count(): number {
    this.#forgetExpired();
    return this.#byToken.size;
  }

  /**
   * Opens a session; answers its token.
   * @throws SipassError 911 wrong user or password, 910 logged in elsewhere, 912 no licence left
   */
  login(username: string, password: string, clientId: string): string {
    this.#forgetExpired();
    const { settings } = this;
    if (username !== settings.username || password !== settings.password) throw new SipassError(911);
    if (settings.sameClient === 'replaces') this.#forget((session) => session.clientId === clientId);
    if (settings.singleSession && [...this.#byToken.values()].some((session) => session.username === username)) {
      throw new SipassError(910);
    }
    if (this.#byToken.size >= settings.licences) throw new SipassError(912);
    const token = this.#newToken(username);
    this.#byToken.set(token, { token, clientId, username, lastUsedAt: this.#clock.now() });
    return token;
  }

  /** Slides the expiry of a session. @throws SipassError 908 when there is none of that token */
  use(token: string | undefined): string {
    this.#forgetExpired();
    const session = token === undefined ? undefined : this.#byToken.get(token);
    if (session === undefined) throw new SipassError(908);
    session.lastUsedAt = this.#clock.now();
    return session.token;
  }

  logout(token: string): void {
    this.#byToken.delete(token);
  }

  /** Ends all sessions, as a restart does; answers how many there were. */
  clear(): number {
    const { count } = this;
    this.#byToken.clear();
    return count;
  }

  #forgetExpired(): void {
    const idleSince = this.#clock.now() - this.settings.sessionTimeoutS * 1000;
    this.#forget((session) => session.lastUsedAt <= idleSince);
  }

  #forget(ends: (session: Session) => boolean): void {
    for (const session of this.#byToken.values()) if (ends(session)) this.#byToken.delete(session.token);
  }
}

// A token must be new after each restart of the process, or a client would not notice the restart: so it is not seeded.
const randomToken = (username: string) => `${randomBytes(32).toString('hex')}:${username}`;
