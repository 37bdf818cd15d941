/** Reads the certificate authority that a server's certificate is to be checked against. */
import { readFileSync } from 'node:fs';
import { CodedError } from '../../core/errors.ts';

/**
 * The PEM text of the file; undefined for no file, which means the authorities of the system.
 *
 * @throws CodedError `SW_CONFIG_UNREADABLE` when the file cannot be read or holds no certificate.
 */
export function readAuthority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const doing = `reading the certificate authority ${file}`;
  const todo = 'Correct caFile in the configuration, or make the file readable';
  const expected = 'a PEM file with at least one certificate';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('SW_CONFIG_UNREADABLE', { doing, expected, found, todo, cause });
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new CodedError('SW_CONFIG_UNREADABLE', { doing, expected, found: 'no certificate in it', todo });
}
