/** Doing something on behalf of a person: one at a time, with a result in words. */
import { useCallback, useState } from 'react';
import { ApiError } from '../api.ts';

export interface Result {
  readonly ok: boolean;
  readonly text: string;
}

export interface Action {
  /** Which action is under way. */
  readonly pending: string | null;
  readonly result: Result | null;
  run(name: string, done: string, act: () => Promise<void>): Promise<void>;
}

export function useAction(): Action {
  const [pending, setPending] = useState<string | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const run = useCallback(async (name: string, done: string, act: () => Promise<void>) => {
    setPending(name);
    setResult(null);
    try {
      await act();
      setResult({ ok: true, text: done });
    } catch (error) {
      const code = error instanceof ApiError ? ` (${error.code})` : '';
      setResult({ ok: false, text: `Not done: ${error instanceof Error ? error.message : String(error)}${code}` });
    } finally {
      setPending(null);
    }
  }, []);
  return { pending, result, run };
}
