/** Plays one pattern with one seed on a site under the customer's own policies, until all is well or nothing more comes. */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { nextOccurrence } from '../../../machines/schedule.ts';
import { CodedError } from '../../core/errors.ts';
import type { Config } from '../../supervise/config.ts';
import { MachineRoom } from '../outages/room/machine-room.ts';
import { randomOf } from '../random.ts';
import { differences } from '../site/audit.ts';
import { Diary, type Outcome } from './diary.ts';
import { askForFullRun } from './fault.ts';
import { isHeldByBudget, limitMsOf } from './patience.ts';
import type { Pattern } from './pattern.ts';
import { startPeople } from './people.ts';
import { type RemedyOptionsOf, remedyStandIns } from './stand-ins.ts';
import { Faults } from './standing.ts';
import { versionsThatGoTogether } from './versions.ts';

export interface TrialOptions {
  /** As {@link playable} gives it. */
  readonly config: Config;
  readonly pattern: Pattern;
  /** The integration for which it is played. */
  readonly subject: string;
  readonly seed: number;
  /** The remedies of the customer, of which nothing is called. */
  readonly remedyOptions: RemedyOptionsOf;
  /** On whose clocks the pattern begins. */
  readonly timeZone: string;
  /** How long a person takes who is asked for something, milliseconds. */
  readonly answerAfterMs: number;
}

const minute = 60_000;
/** The site runs well for so long before; what it is doing when the pattern begins hangs on the seed. */
const calm = { leastMs: 10 * minute, spreadMs: 15 * minute };
/** What the ladder does not mind for so long it never will. */
const unmindedMs = 6 * 60 * minute;
/** A Monday: patterns begin in the week after. */
const monday = Date.UTC(2026, 0, 5);

export class Trial {
  readonly #options: TrialOptions;
  readonly #room: MachineRoom;
  readonly #faults: Faults;
  readonly #diaries: readonly Diary[];
  readonly #beginsAt: number;
  /** By the clock of the machine: proofs from before it say nothing. */
  readonly #brokenUntil = new Map<string, number>();

  constructor(options: TrialOptions) {
    const { config, pattern, subject, seed, timeZone, answerAfterMs, remedyOptions } = options;
    this.#options = options;
    const room: MachineRoom = new MachineRoom({ config, seed, sabotage: remedyStandIns(() => room, remedyOptions) });
    const beginsAt = calm.leastMs + randomOf(seed, 'calm').below(calm.spreadMs);
    room.clock.jump(startOf(pattern, timeZone) - beginsAt - room.clock.now());
    room.operators.areAway = true;
    for (const site of room.sites.values()) {
      if (site.config.sourceHostPorts.length > 0) site.sourceHostAnswers = true;
      Object.assign(site.versions, versionsThatGoTogether(site.config));
    }
    this.#room = room;
    this.#beginsAt = beginsAt;
    this.#diaries = config.integrations.map(({ id }) => new Diary(id, beginsAt));
    for (const diary of this.#diaries) room.witness.listen((fact, moment) => diary.take(fact, moment));
    this.#faults = new Faults({ room, pattern, subject, beginsAt });
    const onDone = (id: string) => () => this.#faults.healByPerson(id);
    for (const diary of this.#diaries) startPeople({ room, diary, answerAfterMs, onDone: onDone(diary.integration) });
  }

  /** What became of each integration that the pattern is about, or that felt it. */
  async play(): Promise<readonly Outcome[]> {
    const room = this.#room;
    void room.start();
    await letOthersRun();
    for (const { integration } of this.#diaries) askForFullRun(room, integration);
    await this.#passUntil(this.#beginsAt, () => false);
    for (const diary of this.#diaries) if (!this.#isProven(diary)) throw neverWell(diary);
    await this.#passUntil(this.#beginsAt + limitMsOf(this.#options), () => this.#isOver());
    await room.close();
    const { targets } = this.#faults;
    const all = this.#diaries.map((diary) => diary.outcome());
    return all.filter(({ integration, noticedMs }) => targets.has(integration) || noticedMs !== null);
  }

  async #passUntil(elapsedMs: number, isOver: () => boolean): Promise<void> {
    const { clock } = this.#room;
    for (let dueAt = clock.nextDueAt; dueAt !== null && dueAt < elapsedMs; dueAt = clock.nextDueAt) {
      clock.fireNext();
      await letOthersRun();
      this.#room.look();
      if (isOver()) return;
    }
  }

  #isOver(): boolean {
    // Every one is looked at each time: what stands now decides which proof counts later.
    const settled = this.#diaries.map((diary) => this.#isSettled(diary));
    return this.#faults.haveBegun && settled.every((one) => one);
  }

  #isSettled(diary: Diary): boolean {
    const { clock } = this.#room;
    const stands = this.#faults.stand(diary.integration);
    if (stands || !this.#faults.haveBegun) this.#brokenUntil.set(diary.integration, clock.now());
    if (stands) diary.relapsed();
    else if (this.#isProven(diary)) {
      diary.proven(clock.monotonic());
      return true;
    }
    // What stands is ended by nobody: the ladder has been through since time changed anything, or does not mind it.
    const { lastTurnAt } = this.#faults;
    if (!stands || lastTurnAt === null) return false;
    const isCalm = diary.has('escalation.watching') && clock.monotonic() - lastTurnAt > unmindedMs;
    return isCalm || this.#isGivenUp(diary, lastTurnAt);
  }

  /**
   * In quarantine for good: nothing of the ladder can help, or all that can was tried from its first rung to its last since
   * time changed anything, and no budget that is spent comes back.
   */
  #isGivenUp(diary: Diary, lastTurnAt: number): boolean {
    const passes = diary.quarantinesAfter(lastTurnAt);
    const last = passes.at(-1);
    if (!diary.isQuarantined || last === undefined || diary.context === null) return false;
    if (diary.context.escalation.diagnosis?.rungs.length === 0) return true;
    const isWhole = passes.length > 1 || diary.openedAt >= lastTurnAt;
    return isWhole && !isHeldByBudget(diary.context, last.at);
  }

  /** Whether it is proven equal since nothing keeps it from working, and equal indeed. */
  #isProven(diary: Diary): boolean {
    const { integration, context } = diary;
    const isCalm = diary.has('escalation.watching') && diary.has('synchronization.run.succeeded');
    if (!isCalm || diary.has('connection.status.disconnected')) return false;
    if ((context?.synchronization.provenEqualAt ?? 0) <= (this.#brokenUntil.get(integration) ?? 0)) return false;
    const site = this.#room.sites.get(integration);
    return site !== undefined && differences(site.world).length === 0;
  }
}

/** Epoch milliseconds. */
function startOf({ at }: Pattern, timeZone: string): number {
  const [time = '', weekday = '*'] = at.split(' ').reverse();
  const [hour, minuteOfHour] = time.split(':').map(Number);
  return nextOccurrence({ cron: `${minuteOfHour} ${hour} * * ${weekday}`, timeZone }, monday) ?? monday; // it comes every week
}

function neverWell({ integration, context }: Diary): CodedError {
  const reason = context?.synchronization.reason ?? context?.connection.reason;
  return new CodedError('SW_NOT_SIMULATED', {
    doing: `playing the policy of "${integration}"`,
    expected: 'that both sides are proven equal before anything goes wrong',
    found: reason?.message ?? 'no proof',
    todo: 'Compare policy.synchronization with the defaults in docs/configuration.md',
  });
}
