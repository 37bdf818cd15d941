/** An executor whose answers are in the test's hand. */
import type { Json } from '../../../src/core/json.ts';
import type { Work } from '../../../src/runtime/index.ts';

export class ByHand<Input = Json, Output = Json> {
  /** What it was given, in order. */
  readonly works: Work<Input>[] = [];
  readonly #answers: { readonly resolve: (output: Output) => void; readonly reject: (error: unknown) => void }[] = [];

  readonly run = (work: Work<Input>): Promise<Output> => {
    this.works.push(work);
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  };

  work(index: number): Work<Input> {
    const work = this.works.at(index);
    if (!work) throw new Error(`The executor was called ${this.works.length} times, so there is no work ${index}.`);
    return work;
  }

  answer(index: number, output: Output): void {
    this.#answers.at(index)?.resolve(output);
  }

  refuse(index: number, error: unknown): void {
    this.#answers.at(index)?.reject(error);
  }
}
