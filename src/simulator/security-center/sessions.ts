/** Who may ask, and how many at once: a session per user and application, ended when it is idle. */
import type { Clock } from '../../core/clock.ts';
import type { WebSdkOptions } from './options.ts';

/** Why a request is not let in, as HTTP status and name of the error. */
export interface Turned {
  readonly status: 401 | 403;
  readonly code: string;
}

export interface Session {
  /** Epoch milliseconds at which the logon is done: until then requests wait. */
  readonly readyAt: number;
  lastSeenAt: number;
  /** Partition that new entities go to; null for none. */
  creationPartition: string | null;
}

/** What can be changed while the simulator runs. */
export interface AccessSettings {
  username: string;
  password: string;
  applicationId: string;
  /** Whether the user has the privilege to log on using the SDK. Read when a session opens, never later. */
  maySignIn: boolean;
  licences: number;
  /** Connections that other clients hold. */
  licencesTaken: number;
}

export class Sessions {
  readonly settings: AccessSettings;
  readonly #options: WebSdkOptions;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  #requests = 0;

  constructor(options: WebSdkOptions, clock: Clock) {
    const { username, password, applicationId, licences } = options;
    this.settings = { username, password, applicationId, licences, licencesTaken: 0, maySignIn: true };
    this.#options = options;
    this.#clock = clock;
  }

  get count(): number {
    this.#dropIdle();
    return this.#sessions.size;
  }

  /** Ends all sessions; answers how many there were. */
  clear(): number {
    const count = this.#sessions.size;
    this.#sessions.clear();
    return count;
  }

  /** Lets a request in, or not. Call {@link Sessions.leave} once for each that was let in. */
  enter(authorization: string | undefined): Session | Turned {
    const [, encoded = ''] = /^Basic +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (encoded === '') return { status: 401, code: 'Unauthorized' };
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    // The password may hold colons, the user may not.
    const [, username = '', applicationId = '', password = ''] = /^([^:;]*)(?:;([^:]*))?:(.*)$/s.exec(text) ?? [];
    const { settings } = this;
    if (username !== settings.username || password !== settings.password) return { status: 403, code: 'LogonFailed' };
    if (applicationId !== settings.applicationId) return { status: 403, code: 'InvalidApplicationId' };
    const key = `${username};${applicationId}`;
    this.#dropIdle();
    const session = this.#sessions.get(key) ?? this.#open(key);
    if ('status' in session) return session;
    if (this.#options.licenceHeldBy === 'request' && !this.#hasLicenceFor(this.#requests)) return noLicence;
    session.lastSeenAt = this.#clock.now();
    this.#requests += 1;
    return session;
  }

  /** A request that was let in has been answered, or broken off. */
  leave(): void {
    this.#requests -= 1;
  }

  #open(key: string): Session | Turned {
    if (!this.settings.maySignIn) return { status: 403, code: 'UnsufficientPrivilege' };
    if (this.#options.licenceHeldBy === 'session' && !this.#hasLicenceFor(this.#sessions.size)) return noLicence;
    const now = this.#clock.now();
    const session = { readyAt: now + this.#options.firstCallDelayMs, lastSeenAt: now, creationPartition: null };
    this.#sessions.set(key, session);
    return session;
  }

  #hasLicenceFor(held: number): boolean {
    return held + this.settings.licencesTaken < this.settings.licences;
  }

  #dropIdle(): void {
    const oldest = this.#clock.now() - this.#options.sessionIdleS * 1_000;
    for (const [key, { lastSeenAt }] of this.#sessions) if (lastSeenAt < oldest) this.#sessions.delete(key);
  }
}

const noLicence: Turned = { status: 403, code: 'CertificateCountExceeded' };
