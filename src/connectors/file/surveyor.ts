/** Keeps the survey of a file for as long as the file stays the same. */
import { type FileIdentity, isSameFile } from './file-identity.ts';
import { requireReadable } from './opened-file.ts';
import type { FileToRead } from './options.ts';
import { type Survey, surveyFile } from './survey.ts';

export interface Surveyor {
  /** The survey of the file as it is now. Who asks while one is under way waits for it. */
  survey(signal: AbortSignal): Promise<Survey>;
  /** Forgets what it knows. */
  forget(): void;
}

export function createSurveyor(file: FileToRead): Surveyor {
  let known: Survey | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const take = async (signal: AbortSignal): Promise<Survey> => {
    const identity: FileIdentity = await requireReadable(file, signal);
    if (known !== null && isSameFile(known.identity, identity)) return known;
    known = null; // before the pass, so that there is one table in memory at most
    known = await surveyFile(file, signal);
    return known;
  };

  return {
    survey(signal) {
      const mine = turn.then(() => take(signal));
      turn = mine.catch(() => {});
      return mine;
    },
    forget() {
      known = null;
    },
  };
}
