/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

/** A parser for a whole number within bounds. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
  };
}

export const portNumber = whole(0, 65_535);
