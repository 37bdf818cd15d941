/**
 * The plugin role: keeps a connection to the proxy, carries synchronizations out one at a time, writes what changes, and
 * knows its own colour. It forgets everything but its settings when it is restarted.
 */
import { type Clock, pause } from '../../core/clock.ts';
import { CodedError } from '../../core/errors.ts';
import type { Directory, RunningState } from './directory.ts';
import { Hang, type HealedBy } from './hang.ts';
import type { RoleSettings } from './options.ts';
import type { ProxyConnection, ProxyLink, Told } from './proxy-link.ts';
import { type Changes, writeChanges } from './real-time.ts';
import { colourOf, type Warning, warningsOf } from './role-diagnostics.ts';
import type { RoleLife } from './role-life.ts';
import type { Synchronization, Trigger } from './synchronization.ts';
import { SynchronizationDesk } from './synchronization-desk.ts';

export interface PluginRoleParts {
  readonly name: string;
  readonly link: ProxyLink;
  readonly directory: Directory;
  readonly settings: RoleSettings;
  readonly reconnectMs: number;
  readonly clock: Clock;
  /** The state has changed; resolves when the Directory knows. */
  readonly publish: () => Promise<void>;
}

export class PluginRole {
  readonly hang = new Hang();
  readonly desk: SynchronizationDesk;
  readonly #parts: PluginRoleParts;
  #life: RoleLife | null = null;
  #starts = 0;
  #shownInHang: RunningState = 'Running';

  constructor(parts: PluginRoleParts) {
    this.#parts = parts;
    this.desk = new SynchronizationDesk({ ...parts, hang: this.hang });
  }

  /** Since when it is active, epoch milliseconds; null while it is not. */
  get startedAt(): number | null {
    return this.#life?.startedAt ?? null;
  }

  /** A role that hangs goes on showing what it showed last. */
  get runningState(): RunningState {
    if (this.#life === null) return 'NotRunning';
    return this.hang.healedBy === null ? colourOf(this.#warnings()) : this.#shownInHang;
  }

  get state() {
    return {
      startedAt: this.startedAt,
      starts: this.#starts,
      hangs: this.hang.healedBy !== null,
      connected: this.#life?.connection != null,
      runningState: this.runningState,
      diagnostics: this.#warnings(),
    };
  }

  /** Activates the role; does nothing while it is active. Resolves when the Directory knows. */
  async start(): Promise<void> {
    if (this.#life !== null) return;
    this.#starts += 1;
    const life: RoleLife = {
      startedAt: this.#parts.clock.now(),
      ended: new AbortController(),
      // Begins after this statement, when the life is in place.
      done: Promise.resolve().then(() => this.#stayConnected(life)),
      connection: null,
      connections: 0,
      reachesSipass: false,
      turn: Promise.resolve(),
    };
    this.#life = life;
    this.#shownInHang = 'Running';
    await this.#parts.publish();
  }

  /** Deactivates it: a synchronization under way is broken off. Resolves when the Directory knows. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    life.ended.abort();
    life.connection?.close();
    await Promise.all([life.done, life.turn]);
    await this.#parts.publish();
  }

  /** From now on it does nothing: green if it was well, yellow for ever if it was synchronizing. */
  hangUp(healedBy: HealedBy): void {
    this.#shownInHang = this.runningState;
    this.hang.begin(healedBy);
  }

  /** Throws unless the role is there to answer. @throws CodedError `SW_UNREACHABLE`, `SW_TIMEOUT` */
  requireAnswer(): void {
    if (this.#life === null) throw refusal('SW_UNREACHABLE', 'an active role', 'that it is not running');
    if (this.hang.healedBy !== null) throw refusal('SW_TIMEOUT', 'that the role answers', 'silence');
  }

  /**
   * As the button of the tab: begins a full synchronization. One that is under way is answered instead of a second.
   * @throws CodedError `SW_UNREACHABLE`, `SW_TIMEOUT`, `SW_NOT_NOW`
   */
  startManual(): Synchronization {
    this.requireAnswer();
    const { desk } = this;
    if (desk.latest && desk.isRunning) return desk.latest;
    const life = this.#life;
    const connection = life?.connection;
    if (!life || !connection) throw refusal('SW_NOT_NOW', 'a connection to the proxy', 'none');
    const run = desk.open('manual');
    this.#inTurn(life, () => desk.run(run, connection, life.ended.signal));
    return run;
  }

  #warnings(): readonly Warning[] {
    const life = this.#life;
    if (life === null) return [];
    return warningsOf({
      connected: life.connection !== null,
      reachesSipass: life.reachesSipass,
      synchronizing: this.desk.isRunning,
      compatible: this.#parts.settings.compatible,
    });
  }

  async #stayConnected(life: RoleLife): Promise<void> {
    const { link, name, reconnectMs, clock, publish } = this.#parts;
    const { signal } = life.ended;
    while (!signal.aborted) {
      try {
        await this.hang.over(signal);
        const connection = await link.open(name, (message, own) => this.#hear(life, own, message));
        if (signal.aborted) return connection.close();
        life.connection = connection;
        life.connections += 1;
        this.#considerFull(life, connection);
        void publish();
        await connection.ended;
        life.connection = null;
        void publish();
      } catch {
        // There is no proxy, or no way to it, or the role has ended: the loop looks at which.
      }
      await pause(clock, reconnectMs, signal).catch(() => {});
    }
  }

  /** By default neither a reconnection nor a restart of the role is a reason; the proxy has its own way to demand one. */
  #considerFull(life: RoleLife, connection: ProxyConnection): void {
    const { fullOnReconnect, fullOnRoleRestart } = this.#parts.settings;
    const isFirst = life.connections === 1;
    if (isFirst && this.#starts > 1 && fullOnRoleRestart) this.#begin(life, connection, 'role-restart');
    if (!isFirst && fullOnReconnect) this.#begin(life, connection, 'reconnection');
  }

  #hear(life: RoleLife, connection: ProxyConnection, message: Told): void {
    if (message.tell === 'full') this.#begin(life, connection, message.why);
    else if (message.tell === 'changes') this.#changed(life, message.changes);
    else {
      life.reachesSipass = message.connected;
      void this.#parts.publish();
    }
  }

  #begin(life: RoleLife, connection: ProxyConnection, trigger: Trigger): void {
    const { signal } = life.ended;
    this.#inTurn(life, async () => {
      if (!signal.aborted) await this.desk.run(this.desk.open(trigger), connection, signal);
    });
  }

  #changed(life: RoleLife, changes: Changes): void {
    const { directory, settings } = this.#parts;
    const unlessHung = () => this.hang.over(life.ended.signal);
    this.#inTurn(life, () => writeChanges(changes, { directory, settings, unlessHung }));
  }

  /** Work that fails is lost, as a change is that nobody could write. */
  #inTurn(life: RoleLife, work: () => Promise<void>): void {
    life.turn = life.turn.then(work).catch(() => {});
  }
}

function refusal(code: 'SW_UNREACHABLE' | 'SW_TIMEOUT' | 'SW_NOT_NOW', expected: string, found: string): CodedError {
  const todo = 'Read the state of the role behind the back door';
  return new CodedError(code, { doing: 'asking the plugin role', expected, found, todo });
}
