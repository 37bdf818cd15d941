/** A message of RFC 5424, and its frame on a stream (RFC 6587, octet counting). Pure. */

export interface SyslogMessage {
  /** 0 to 23. */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly hostname: string | null;
  readonly appName: string;
  readonly procId: string | null;
  readonly msgId: string;
  /** Id of the structured data, such as `name@32473`, and its parameters. */
  readonly dataId: string;
  readonly data: { readonly [name: string]: string };
  readonly text: string;
}

const bom = '\uFEFF';

/** The bytes of the message: header, structured data, and its text in UTF-8 with a byte order mark. */
export function formatSyslog(message: SyslogMessage, bytesMax = Number.POSITIVE_INFINITY): Buffer {
  const { facility, severity, at, hostname, appName, procId, msgId, text } = message;
  const header = [
    `<${facility * 8 + severity}>1`,
    new Date(at).toISOString(),
    word(hostname, 255),
    word(appName, 48),
    word(procId, 128),
    word(msgId, 32),
  ].join(' ');
  const head = Buffer.from(`${header} ${structured(message)} ${bom}`);
  // Some receivers end a message at the first line break.
  const body = Buffer.from(text.replace(/\s*[\r\n]+\s*/g, ' '));
  return Buffer.concat([head, shortened(body, Math.max(0, bytesMax - head.length))]);
}

/** Printable ASCII without blanks, `-` for nothing. */
function word(text: string | null, lengthMax: number): string {
  return (text ?? '').replace(/[^\x21-\x7e]/g, '').slice(0, lengthMax) || '-';
}

function structured({ dataId, data }: SyslogMessage): string {
  const parameters = Object.entries(data).map(([name, value]) => ` ${name}="${value.replace(/["\\\]]/g, '\\$&')}"`);
  return `[${dataId}${parameters.join('')}]`;
}

/** Cut at the boundary of a character. */
function shortened(bytes: Buffer, lengthMax: number): Buffer {
  let end = Math.min(bytes.length, lengthMax);
  while (end < bytes.length && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** The length in bytes, a blank, the message. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}
