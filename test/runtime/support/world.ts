/** What the contract of the runtime needs of a place where runtimes live and die; one for each kind of runtime. */
import type { AnyStateMachine } from 'xstate';
import type { Runtime, RuntimeOptions } from '../../../src/runtime/index.ts';

/** What a user hands to `createRuntime`, without what the world provides. */
export type Setup<Machine extends AnyStateMachine> = Omit<RuntimeOptions<Machine>, 'store' | 'clock'>;

/** One place that keeps what runtimes left, and one time. */
export interface World {
  /** Whether the place belongs to one process at a time, so that a second runtime is refused. */
  readonly isExclusive: boolean;
  /** Opens a runtime on what the earlier ones left. */
  open<Machine extends AnyStateMachine>(setup: Setup<Machine>): Promise<Runtime<Machine>>;
  /** Ends the open runtime as `kill -9` does: nothing is flushed, nothing is aborted, nobody is told. */
  kill(): Promise<void>;
  /** Ends the open runtime by its own `close`. */
  close(): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** Lets time pass, for the runtime and for everybody, and whatever falls due happen. */
  advance(ms: number): Promise<void>;
  /** Sets the clock by `ms`, forwards or back, while no time passes; null where clocks cannot be set. */
  readonly jump: ((ms: number) => void) | null;
  /** Resolves when all that can happen without time passing has happened. */
  idle(): Promise<void>;
  /** Ends what lives, and removes what it left. */
  dispose(): Promise<void>;
}

/** Opens a world for one test. */
export type WorldMaker = () => Promise<World>;
