/** Goes through the lines of a segment and puts the whole records together again. */
import type { Json } from '../../core/json.ts';
import type { PastEntry } from '../store.ts';
import { type Frame, linesOf } from './frame.ts';
import { applyLine, decodeLine, keyOf, type Line } from './line.ts';

interface State {
  readonly seq: number;
  readonly record: Json | null;
}

/** What became of a line: the entry, or null when it does not fit what came before it. */
export interface Folded {
  readonly seq: number;
  readonly key: string;
  readonly entry: PastEntry | null;
}

/** Records by instance while lines are taken in order. */
export class Fold {
  readonly #states = new Map<string, State>();
  readonly #known: (key: string, seq: number) => Json | undefined;

  /**
   * @param known the record of an instance right after the entry `seq`, where the caller knows it from elsewhere
   */
  constructor(known: (key: string, seq: number) => Json | undefined = () => undefined) {
    this.#known = known;
  }

  /** The newest record by instance; null for one that was removed. */
  *records(): Generator<readonly [key: string, state: State]> {
    yield* this.#states;
  }

  /** The lines of a frame whose instances are wanted. */
  *takeFrame(content: Buffer, frame: Frame, wants: (key: string) => boolean = () => true): Generator<Folded> {
    let seq = frame.firstSeq;
    for (const { start, end } of linesOf(content, frame)) {
      const key = keyOf(content, start, end);
      if (wants(key)) yield { seq, key, entry: this.#take(seq, content.toString('utf8', start, end)) };
      seq += 1;
    }
  }

  /** Null when the line has another shape, or builds on an entry that is not there. */
  #take(seq: number, text: string): PastEntry | null {
    const line = decodeLine(text);
    const before = line === null ? undefined : this.#before(line);
    if (line === null || before === undefined) return null;
    const { key, note } = line;
    const { record, at } = applyLine(line, before);
    this.#states.set(key, { seq, record });
    return { seq, key, at, before, record, note };
  }

  /** The record before a line; undefined when the entry it follows is not there. */
  #before({ key, prev, base }: Line): Json | null | undefined {
    if (prev === undefined) return base ?? null;
    const state = this.#states.get(key);
    return state?.seq === prev ? state.record : this.#known(key, prev);
  }
}
