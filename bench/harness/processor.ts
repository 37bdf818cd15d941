/** How long this process keeps a processor busy, all its threads together. */

export interface Used<Result> {
  readonly result: Result;
  /** Milliseconds of one core, in the program and in the system on its behalf. */
  readonly cpuMs: number;
}

/** Does the work and says what it took; whatever else this process does meanwhile counts as well. */
export async function withProcessorTime<Result>(work: () => Promise<Result>): Promise<Used<Result>> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1000 };
}
